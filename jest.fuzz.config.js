import config from './jest.config.js';

/** Schemathesis against the API: `npm run test:fuzz`. FUZZ_SECONDS is the budget of each random part. */
export default {
  ...config,
  testRegex: '\\.fuzz\\.ts$',
  testTimeout: 1_200_000,
  maxWorkers: 1,
  globalSetup: undefined,
  globalTeardown: undefined,
};
