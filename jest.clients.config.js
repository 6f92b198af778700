import config from './jest.config.js';

/** Clients made from the document by public generators, compiled and run: `npm run test:clients`. */
export default {
  ...config,
  testRegex: '\\.clients\\.ts$',
  testTimeout: 900_000,
  maxWorkers: 1,
  globalSetup: undefined,
  globalTeardown: undefined,
};
