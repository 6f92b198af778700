import config from './jest.config.js';

/** The tests that need a mongod, in files named `*.e2e.ts`: `npm run test:e2e`. */
export default {
  ...config,
  testRegex: '\\.e2e\\.ts$',
};
