import config from './jest.config.js';

/**
 * The same tests over mongods with access control, where the service has a database user with exactly `readWrite` on its
 * database: `npm run test:least-privilege`.
 */
export default {
  ...config,
  globalSetup: '<rootDir>/test/support/least-privilege-setup.ts',
};
