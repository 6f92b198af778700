import globalSetup from './global-setup.ts';
import { useAccessControl } from './mongo.ts';

/** For jest.least-privilege.config.js: mongods with access control; apps get a user with `readWrite`. */
export default async function leastPrivilegeSetup(): Promise<void> {
  useAccessControl();
  await globalSetup();
}
