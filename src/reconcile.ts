import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  type ReconcileSummary,
  ReconcilerService,
  TooManyLossesError,
} from './account/reconciler.service.js';
import { EXIT_USAGE, runCommand, table, withService } from './command.js';
import { drawBar } from './common/progress-bar.js';

/** EX_TEMPFAIL of sysexits.h. */
const EXIT_TEMPORARY = 75;

/** `npm run reconcile [-- --dry-run] [--allow-losses <number>]`: one reconciliation, with a summary on standard output. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false }, 'allow-losses': { type: 'string' } },
  });
  const allowedLosses = values['allow-losses'] === undefined ? undefined : Number(values['allow-losses']);
  if (allowedLosses !== undefined && !(Number.isInteger(allowedLosses) && allowedLosses >= 0)) {
    process.stderr.write('--allow-losses wants a whole number.\n');
    return EXIT_USAGE;
  }
  return withService(values['dry-run'], async (app) => {
    try {
      const summary = await app.get(ReconcilerService).reconcile({
        dryRun: values['dry-run'],
        allowedLosses,
        ...(process.stderr.isTTY ? { onProgress: drawBar } : {}),
      });
      if (summary === undefined) {
        process.stderr.write('Another instance is reconciling. Try again later.\n');
        return EXIT_TEMPORARY;
      }
      process.stdout.write(report(summary, values['dry-run']));
      return 0;
    } catch (error) {
      if (!(error instanceof TooManyLossesError)) throw error;
      process.stderr.write(`\n${error.message}\n`);
      return 1;
    }
  });
}

function report(summary: ReconcileSummary, dryRun: boolean): string {
  const counts = table([
    ['accounts in Clerk', summary.inClerk],
    ['users in MongoDB', summary.inMongoDB],
    ['created: had an account, but no user', summary.created],
    ['updated: older than their account', summary.updated],
    ['deleted: their account is gone', summary.deleted],
    ['left alone: deleted here, still in Clerk', summary.deletedHereOnly],
    ['left alone: cannot be saved', summary.refused],
    ['left alone: cannot be read', summary.unreadable],
  ]);
  const title = dryRun ? 'Reconciliation, dry run: nothing was changed.' : 'Reconciliation';
  return `${title}\n${counts}${dryRun ? barOf(summary) : ''}`;
}

/** What it would take to go on. */
function barOf({ deleted, allowedLosses, inMongoDB }: ReconcileSummary): string {
  if (deleted <= allowedLosses) return '';
  const all =
    deleted === inMongoDB ? ' All users are among them: is CLERK_SECRET_KEY that of another instance?' : '';
  return `${deleted} users are gone, more than the ${allowedLosses} that are allowed. If that can be true: --allow-losses ${deleted}.${all}\n`;
}

await runCommand(main);
