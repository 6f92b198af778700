import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { operations } from './document.ts';

const VARIABLE = 'TEST_STATUSES_SEEN';

/** 500 can't be caused for each route, and 408 takes 14 s: errors.e2e.ts tests both once. */
const UNPROVOKED = ['500', '408'];

/** Prepares a folder in which the workers of a run note the documented statuses that they see. */
export function startNotingStatuses(): void {
  process.env[VARIABLE] = mkdtempSync(path.join(tmpdir(), 'roavelo-statuses-'));
}

/** Notes that an operation was answered with a status. */
export function noteStatus(operationId: string, status: number): void {
  const folder = process.env[VARIABLE];
  if (folder !== undefined)
    appendFileSync(path.join(folder, String(process.pid)), `${operationId} ${status}\n`);
}

/** The documented statuses that no test of this run has seen; none in a run that doesn't note them. */
export function takeUnseenStatuses(): string[] {
  const folder = process.env[VARIABLE];
  if (folder === undefined) return [];
  const seen = new Set(
    readdirSync(folder).flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n')),
  );
  rmSync(folder, { recursive: true });
  return operations()
    .flatMap(({ operation }) =>
      Object.keys(operation.responses)
        .filter((status) => !UNPROVOKED.includes(status))
        .map((status) => `${operation.operationId} ${status}`),
    )
    .filter((line) => !seen.has(line));
}
