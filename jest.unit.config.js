import config from './jest.config.js';

/** Tests of single functions and modules, in files named `*.spec.ts`. None needs a mongod: `npm run test:unit`. */
export default {
  ...config,
  testRegex: '\\.spec\\.ts$',
  globalSetup: undefined,
  globalTeardown: undefined,
};
