import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const RESULTS = path.resolve(import.meta.dirname, 'results');

/** Prints the results, writes bench/results/<name>.md, and rebuilds bench/RESULTS.md from all of them. */
export async function report(name: string, text: string): Promise<void> {
  process.stdout.write(text);
  await writeFile(path.join(RESULTS, `${name}.md`), text);
  const files = (await readdir(RESULTS)).filter((file) => file.endsWith('.md')).sort();
  const sections = await Promise.all(files.map((file) => readFile(path.join(RESULTS, file), 'utf8')));
  const head =
    '# Results\n\nAs measured, each by its own script. Compare ratios rather than times, which depend on the machine.\n';
  await writeFile(
    path.resolve(import.meta.dirname, 'RESULTS.md'),
    [head, ...sections.map((section) => section.replaceAll(/^#/gm, '##'))].join('\n'),
  );
}
