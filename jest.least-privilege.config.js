import config from './jest.config.js';

/**
 * The same tests over mongods with access control; the service's database user has only `readWrite` on its
 * database: `npm run test:least-privilege`.
 */
export default {
  ...config,
  globalSetup: '<rootDir>/test/support/least-privilege-setup.ts',
};
