import { describe, expect, it } from 'vitest';
import { createTerminal, type TerminalOptions } from './terminal.ts';

/** A stream that keeps what it is given. */
function stream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

const green = (env: TerminalOptions['env'], isTTY: boolean): string =>
  createTerminal({ stdout: stream(false), stderr: stream(isTTY), env }).colors.green('x');

describe('createTerminal', () => {
  it('colours on a terminal, and not in a pipe, on a dumb one, or under NO_COLOR', () => {
    expect(green({}, true)).toBe('\x1b[32mx\x1b[39m');
    expect([green({}, false), green({ NO_COLOR: '1' }, true), green({ TERM: 'dumb' }, true)]).toEqual([
      'x',
      'x',
      'x',
    ]);
    // https://no-color.org: an empty value does not count.
    expect(green({ NO_COLOR: '' }, true)).not.toBe('x');
    expect(green({ FORCE_COLOR: '1' }, false)).not.toBe('x');
  });

  it('keeps results and remarks apart, and is quiet on request', () => {
    const [stdout, stderr] = [stream(false), stream(false)];
    const terminal = createTerminal({ stdout, stderr, env: {}, quiet: true });
    terminal.out('result');
    terminal.note('remark');
    terminal.warn('careful');
    expect(stdout.written).toEqual(['result\n']);
    expect(stderr.written).toEqual(['warning careful\n']);
  });
});
