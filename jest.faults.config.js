import config from './jest.config.js';

/** The long runs under faults: `npm run test:faults`. Each starts what it breaks. FAULT_DELIVERIES sets their size. */
export default {
  ...config,
  testRegex: '\\.faults\\.ts$',
  testTimeout: 600_000,
  maxWorkers: 1,
  globalSetup: undefined,
  globalTeardown: undefined,
};
