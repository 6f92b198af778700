import process from 'node:process';
import {
  type ReconcileSummary,
  ReconcilerService,
  TooManyLossesError,
} from '../reconciler/reconciler.service.js';
import { EXIT_CODES, runCommand, table, withProgress, withApp } from './command.js';
import { EXIT_TEMPORARY } from '../common/exit-codes.js';
import { parseCommandLine, UsageError } from './command-line.js';

const USAGE = `
Usage: npm run reconcile -- [--dry-run] [--allow-losses <number>]
   or: node dist/reconcile.js [--dry-run] [--allow-losses <number>]

Repairs differences between MongoDB and Clerk after lost webhooks: creates missing users, updates old profiles, and deletes users
whose account is gone (each confirmed by a 404 of Clerk). Prints a summary.

  --dry-run                count only, change nothing
  --allow-losses <number>  continue although this many users are gone; by default it stops above 10 or 1 % of all users
  -h, --help               show this help

Environment: the same as the service's.
${EXIT_CODES}
`;

async function main(): Promise<number> {
  const given = parseCommandLine({
    usage: USAGE,
    options: { 'dry-run': { type: 'boolean', default: false }, 'allow-losses': { type: 'string' } },
  });
  if (given === undefined) return 0;
  const { 'dry-run': dryRun, 'allow-losses': losses } = given.values;
  if (losses !== undefined && !/^\d{1,12}$/.test(losses))
    throw new UsageError('--allow-losses needs a whole number.', USAGE);
  const allowedLosses = losses === undefined ? undefined : Number(losses);
  return withApp(dryRun, async (app) => {
    try {
      const summary = await withProgress((onProgress) =>
        app.get(ReconcilerService).reconcile({ dryRun, allowedLosses, onProgress }),
      );
      if (summary === undefined) {
        process.stderr.write('Another instance is reconciling. Try again later.\n');
        return EXIT_TEMPORARY;
      }
      process.stdout.write(report(summary, dryRun));
      return 0;
    } catch (error) {
      if (!(error instanceof TooManyLossesError)) throw error;
      process.stderr.write(`${error.message}\n`);
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
  return `${title}\n${counts}${dryRun ? allowedLossesNote(summary) : ''}`;
}

function allowedLossesNote({ deleted, allowedLosses, inMongoDB }: ReconcileSummary): string {
  if (deleted <= allowedLosses) return '';
  const all =
    deleted === inMongoDB ? ' All users are among them: is CLERK_SECRET_KEY that of another instance?' : '';
  return `${deleted} users are gone, more than the ${allowedLosses} that are allowed. If that can be true: --allow-losses ${deleted}.${all}\n`;
}

await runCommand(main);
