import config from './jest.config.js';

/**
 * The long runs under faults: `npm run test:faults`. Each test starts the programs that it breaks. Their
 * size is set by FAULT_DELIVERIES, PROPERTY_RUNS, FAULT_KILL_STRIDE, FAULT_PRIMARY_KILLS, FAULT_RESETS,
 * FAULT_FAILOVERS and FAULT_SIGTERMS.
 */
export default {
  ...config,
  testRegex: '\\.faults\\.ts$',
  testTimeout: 600_000,
  maxWorkers: 1,
  // A test that fails leaves its concurrent work running.
  forceExit: true,
  globalSetup: undefined,
  globalTeardown: undefined,
};
