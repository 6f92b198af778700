import config from './jest.config.js';

/** Tests that use the demo app of mobile/ in a browser: `npm run test:browser`. */
export default {
  ...config,
  testRegex: '\\.browser\\.ts$',
  globalSetup: '<rootDir>/test/support/demo-setup.ts',
  globalTeardown: '<rootDir>/test/support/demo-teardown.ts',
  testTimeout: 120_000,
  maxWorkers: 1,
};
