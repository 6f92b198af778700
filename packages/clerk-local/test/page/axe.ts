import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';

const run = promisify(execFile);
const VERSION = '4.14.1';
const folder = path.join(import.meta.dirname, '../../../../.cache', `axe-core-${VERSION}`);

/** The script of axe-core, installed into `.cache/` when it is missing: docs/decisions/0043. */
export async function findAxe(): Promise<string> {
  const file = path.join(folder, 'node_modules/axe-core/axe.min.js');
  if (!existsSync(file)) {
    const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    try {
      await run('npm', ['install', '--prefix', folder, ...options, `axe-core@${VERSION}`]);
    } catch (error) {
      // The next run would take a partial installation for a complete one.
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
  return readFile(file, 'utf8');
}

interface Violation {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** What axe finds, a line each. */
export async function accessibilityViolations(page: Page, axe: string): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<{ violations: Violation[] }>('axe.run()');
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
