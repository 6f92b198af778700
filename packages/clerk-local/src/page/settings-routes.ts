import { z } from 'zod';
import { instanceOf } from '../server/server.ts';
import type { Server } from '../server/zod-types.ts';
import type { SettingsChanges } from '../store/settings.ts';

/** Merged into the settings, which are validated then; `null` is the default. */
const changesParameters = z.record(z.string(), z.unknown());

/** The instance's settings, which Clerk has on its dashboard. */
export function settingsRoutes(api: Server): void {
  api.get('/settings', (request) => instanceOf(request).store.settings);

  api.patch('/settings', { schema: { body: changesParameters } }, (request) =>
    instanceOf(request).store.changeSettings(request.body as SettingsChanges),
  );
}
