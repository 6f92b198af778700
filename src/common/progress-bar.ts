import process from 'node:process';

const BAR_WIDTH = 40;

/** Draws a progress bar on standard error; `done` is 0 to 1. For terminals. */
export function drawBar(done: number): void {
  const filled = Math.round(done * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  process.stderr.write(`\r${bar} ${String(Math.round(done * 100)).padStart(3)} %${done === 1 ? '\n' : ''}`);
}
