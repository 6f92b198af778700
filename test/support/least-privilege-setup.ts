import globalSetup from './global-setup.ts';
import { useAccessControl } from './mongo.ts';

/** The run of jest.least-privilege.config.js: every mongod wants a database user, and apps get one with `readWrite`. */
export default async function leastPrivilegeSetup(): Promise<void> {
  useAccessControl();
  await globalSetup();
}
