import { SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';
import { visible } from './visible.ts';

/** Minimum time between two lines if the output is not a terminal, in milliseconds. */
const PLAIN_INTERVAL_MS = 5000;

/**
 * Display of progress: a bar on a terminal, or a line every few seconds in a file or a pipe. With `quiet`,
 * nothing is shown.
 */
export interface ProgressBar {
  /** Shows how much work is done. @param detail text after the bar, such as `loss 0.0312 · 71 images/s` */
  update(done: number, detail: string): void;
  /** Writes a line above the bar. */
  note(line: string): void;
  /** Changes the total. */
  resize(total: number): void;
  /** Ends the bar in its current state. */
  stop(): void;
}

export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  /** Work that is already done, such as the steps of a resumed run. Default: 0. */
  readonly done?: number;
  /** Returns the time in milliseconds since a fixed moment. Default: `performance.now`. */
  readonly clock?: () => number;
}

/** Creates the display that suits the terminal. The display is a bar only if standard error is a terminal. */
export function createProgressBar(terminal: Terminal, options: ProgressOptions): ProgressBar {
  if (terminal.quiet) return { update() {}, note() {}, resize() {}, stop() {} };
  return terminal.err.isTTY === true ? drawnBar(terminal, options) : plainLines(terminal, options);
}

function drawnBar(terminal: Terminal, { label, total, done: before = 0 }: ProgressOptions): ProgressBar {
  const { colors } = terminal;
  const bar = new SingleBar({
    format: `${label} ${colors.cyan('{bar}')} {value}/{total} · {detail}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    fps: 10,
    stream: terminal.err as NodeJS.WritableStream,
    hideCursor: true,
    // The command handles signals itself, because it must save its work first.
    gracefulExit: false,
    // An unchanged bar must be redrawn after a note has erased it.
    forceRedraw: true,
  });
  bar.start(total, before, { detail: '' });
  let [done, detail] = [before, ''];
  return {
    update(nextDone, nextDetail) {
      [done, detail] = [nextDone, nextDetail];
      bar.update(done, { detail });
    },
    note(line) {
      // The note replaces the bar, and the bar is redrawn below. When cli-progress stops, it returns to the saved
      // cursor position. ESC 7 saves the new position, because the old one is above the notes.
      terminal.err.write(`\r\x1b[K${visible(line)}\n\x1b7`);
      bar.update(done, { detail });
    },
    resize: (next) => bar.setTotal(next),
    stop: () => bar.stop(),
  };
}

function plainLines(terminal: Terminal, options: ProgressOptions): ProgressBar {
  const { label, clock = () => performance.now() } = options;
  let { total } = options;
  let lastLine = Number.NEGATIVE_INFINITY;
  let pending: string | null = null;
  const write = (line: string): void => void terminal.err.write(`${visible(line)}\n`);
  return {
    update(done, detail) {
      const line = `${label} ${done}/${total} · ${detail}`;
      if (clock() - lastLine < PLAIN_INTERVAL_MS) {
        pending = line;
        return;
      }
      [lastLine, pending] = [clock(), null];
      write(line);
    },
    note: write,
    resize(next) {
      total = next;
    },
    stop() {
      if (pending !== null) write(pending);
      pending = null;
    },
  };
}
