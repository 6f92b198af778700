import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { COMPARED, JOBS } from './jobs.ts';
import { type ServerName, SERVERS } from './servers.ts';
import { cost, type Results } from './tables.ts';

/*
 * Plots as SVG: drawn by two functions, because bars and lines need no library. Their colours are readable on
 * white and on dark pages.
 */

const FOLDER = path.resolve(import.meta.dirname, 'results');
const WIDTH = 760;
const LABELS = 270;
const ROW = 22;
const HEAD = 34;
const FONT = 'font-family="system-ui, sans-serif" font-size="12" fill="#808890"';
const BAR = '#8fa3b8';
const OURS = '#d9822b';

/** Writes a plot of each compared job. @returns Markdown that shows them in bench/RESULTS.md */
export async function writePlots(results: Results): Promise<string> {
  const images: string[] = [];
  for (const job of COMPARED) {
    const bars = (Object.keys(SERVERS) as ServerName[])
      .map((server) => ({
        label: SERVERS[server].replaceAll('*', ''),
        value: cost(results, job, server),
        isOurs: server === 'service',
      }))
      .filter(({ value }) => !Number.isNaN(value));
    if (bars.length === 0) continue;
    const title = `${JOBS[job].title.replaceAll('`', '')}: µs of CPU per request`;
    images.push(await writePlot(`requests-${job}`, barPlot(title, bars), title));
  }
  return images.join('\n\n');
}

/** Writes one plot into bench/results. @returns Markdown that shows it in bench/RESULTS.md */
export async function writePlot(name: string, plot: string, title: string): Promise<string> {
  await writeFile(path.join(FOLDER, `${name}.svg`), plot);
  return `![${title}](results/${name}.svg)`;
}

interface Bar {
  label: string;
  value: number;
  isOurs: boolean;
}

/** Horizontal bars, one below the other, with their values. */
function barPlot(title: string, bars: readonly Bar[]): string {
  const largest = Math.max(...bars.map(({ value }) => value));
  const rows = bars.map(({ label, value, isOurs }, index) => {
    const y = HEAD + index * ROW;
    const width = ((WIDTH - LABELS - 60) * value) / largest;
    return [
      text(LABELS - 8, y + 13, label, 'text-anchor="end"'),
      `<rect x="${LABELS}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 6}" fill="${isOurs ? OURS : BAR}"/>`,
      text(LABELS + width + 6, y + 13, value.toFixed(0)),
    ].join('');
  });
  return svg(HEAD + bars.length * ROW + 8, title, rows);
}

const PLOT_HEIGHT = 220;
const LEFT = 56;

/** A line over time. `points`: [seconds, value]. */
export function linePlot(title: string, points: readonly (readonly [number, number])[]): string {
  const last = Math.max(1, ...points.map(([x]) => x));
  const largest = Math.max(1, ...points.map(([, y]) => y));
  const x = (seconds: number) => LEFT + ((WIDTH - LEFT - 20) * seconds) / last;
  const y = (value: number) => HEAD + PLOT_HEIGHT * (1 - value / largest);
  const path = points.map(([seconds, value]) => `${x(seconds).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  const grid = [0, largest / 2, largest].map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#808890" stroke-opacity="0.3"/>` +
      text(LEFT - 6, y(value) + 4, value.toFixed(0), 'text-anchor="end"'),
  );
  return svg(HEAD + PLOT_HEIGHT + 30, title, [
    ...grid,
    `<polyline points="${path}" fill="none" stroke="${OURS}" stroke-width="2"/>`,
    text(LEFT, HEAD + PLOT_HEIGHT + 20, '0 s'),
    text(WIDTH - 20, HEAD + PLOT_HEIGHT + 20, `${last.toFixed(0)} s`, 'text-anchor="end"'),
  ]);
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${FONT} ${attributes}>${escaped}</text>`;
}

function svg(height: number, title: string, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
${text(8, 18, title, 'font-weight="600"')}
${parts.join('\n')}
</svg>
`;
}
