/** Nest 12 is ESM: jest runs as `node --experimental-vm-modules`, on the Node 24 the project brings (see package.json). */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test', '<rootDir>/packages/clerk-local/test'],
  testRegex: '\\.(e2e|spec)\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  // Sources name the emitted file (`./x.js`), as Node wants; jest runs the source itself.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
  // Of `npm run test:cov`.
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageReporters: ['text-summary', 'html', 'lcovonly'],
};
