import config from './jest.config.js';

/** The long runs under faults: `npm run test:faults`. Each starts what it breaks. FAULT_DELIVERIES, PROPERTY_RUNS, FAULT_KILL_STRIDE, FAULT_PRIMARY_KILLS, FAULT_RESETS, FAULT_FAILOVERS and FAULT_SIGTERMS set their size. */
export default {
  ...config,
  testRegex: '\\.faults\\.ts$',
  testTimeout: 600_000,
  maxWorkers: 1,
  // A test that fails leaves the other half of what it does at once behind.
  forceExit: true,
  globalSetup: undefined,
  globalTeardown: undefined,
};
