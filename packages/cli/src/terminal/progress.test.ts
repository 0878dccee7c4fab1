import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProgressBar } from './progress.ts';
import { createTerminal } from './terminal.ts';

function setUp(quiet = false) {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) };
  const terminal = createTerminal({ stdout: stream, stderr: stream, env: {}, quiet });
  let now = 0;
  const bar = createProgressBar(terminal, { label: 'train', total: 9, clock: () => now });
  const wait = (ms: number): void => {
    now += ms;
  };
  return { written, bar, wait };
}

describe('createProgressBar without a terminal', () => {
  it('writes a line every five seconds, and always the last line', () => {
    const { written, bar, wait } = setUp();
    for (let step = 1; step <= 9; step++) {
      bar.update(step, 'fine');
      wait(2000);
    }
    bar.stop();
    bar.stop();
    expect(written).toEqual([1, 4, 7, 9].map((step) => `train ${step}/9 · fine\n`));
  });

  it('writes nothing with quiet', () => {
    const { written, bar } = setUp(true);
    bar.update(1, 'fine');
    bar.note('remark');
    bar.stop();
    expect(written).toEqual([]);
  });
});

it('createProgressBar on a terminal starts at the work that is already done', () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  const terminal = createTerminal({ stdout: stream, stderr: stream, env: { NO_COLOR: '1' } });
  createProgressBar(terminal, { label: 'train', total: 1200, done: 1200 }).stop();
  const text = String(stream.read());
  expect(text).toContain(`train ${'█'.repeat(24)} 1200/1200`);
  expect(text).not.toContain(' 0/1200');
});
