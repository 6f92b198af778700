import config from './jest.config.js';

/** Tests of functions and modules without a mongod, in files named `*.spec.ts`: `npm run test:unit`. */
export default {
  ...config,
  testRegex: '\\.spec\\.ts$',
  globalSetup: undefined,
  globalTeardown: undefined,
};
