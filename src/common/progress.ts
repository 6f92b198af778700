import process from 'node:process';

const BAR_WIDTH = 30;
const LINE_EVERY_MS = 10_000;

/** Reports progress: the share that is done, 0 to 1, and counts, for example "4200 of 10000 users". */
export type OnProgress = (share: number, counts: string) => void;

/** The stream that progress is written to; `isTTY`: a bar can be drawn on it. */
interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * Shows the progress of a command with counts and the time left: as a bar on a terminal, otherwise as a
 * line every ten seconds. Call `stop` at the end, also after a failure.
 */
export function startProgress(terminal: Terminal = process.stderr): {
  onProgress: OnProgress;
  stop: () => void;
} {
  const startedAt = performance.now();
  const state = { share: 0, counts: '', isDrawn: false };
  const left = () => {
    const { share } = state;
    if (share <= 0 || share >= 1) return '';
    return `, about ${durationOf(((performance.now() - startedAt) * (1 - share)) / share)} left`;
  };
  const summary = () => `${Math.floor(state.share * 100)} %: ${state.counts}${left()}`;
  const timer = setInterval(() => {
    if (terminal.isTTY !== true) terminal.write(`${state.counts === '' ? 'begins' : summary()}\n`);
  }, LINE_EVERY_MS);
  timer.unref();
  return {
    onProgress: (share, counts) => {
      Object.assign(state, { share, counts });
      if (terminal.isTTY !== true) return;
      const filled = Math.round(share * BAR_WIDTH);
      // Clears the rest of the line: the text before may have been longer.
      terminal.write(`\r${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${summary()}\u001B[K`);
      state.isDrawn = true;
    },
    stop: () => {
      clearInterval(timer);
      if (state.isDrawn) terminal.write('\n');
    },
  };
}

/** "40 s", "12 min", "3 h". */
function durationOf(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
