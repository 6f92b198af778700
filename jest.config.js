/** Nest 12 is ESM: jest runs as `node --experimental-vm-modules`, on the Node 24 of package.json. */
export default {
  testEnvironment: 'node',
  // `development`: packages/clerk-local from its sources, without a build.
  testEnvironmentOptions: { customExportConditions: ['node', 'node-addons', 'development'] },
  roots: ['<rootDir>/test', '<rootDir>/packages/clerk-local/test'],
  testRegex: '\\.(e2e|spec)\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  // Imports name the emitted file (`./x.js`), as Node requires; jest runs the source.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
  // For `npm run test:cov`.
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
  coverageReporters: ['text-summary', 'html', 'lcovonly'],
};
