import { defineConfig } from 'vitest/config';

/** Installs the packed package in apps, and builds them, for minutes: `npm run test:package`. */
export default defineConfig({
  test: { include: ['test-package/*.test.ts'], testTimeout: 600_000, hookTimeout: 120_000 },
});
