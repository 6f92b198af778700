import config from './jest.config.js';

/** Tests that start whole programs, the local mode or a browser: `npm run test:programs`. */
export default {
  ...config,
  testRegex: '\\.programs\\.ts$',
  globalSetup: '<rootDir>/test/support/replica-set-setup.ts',
};
