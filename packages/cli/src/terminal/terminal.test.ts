import { describe, expect, it } from 'vitest';
import { createTerminal, type TerminalOptions } from './terminal.ts';

/** Returns a stream that collects all text in `written`. */
function stream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

const green = (env: TerminalOptions['env'], isTTY: boolean): string =>
  createTerminal({ stdout: stream(false), stderr: stream(isTTY), env }).colors.green('x');

describe('createTerminal', () => {
  it('uses colours on a terminal, but not in a pipe, on a dumb terminal or with NO_COLOR', () => {
    expect(green({}, true)).toBe('\x1b[32mx\x1b[39m');
    expect([green({}, false), green({ NO_COLOR: '1' }, true), green({ TERM: 'dumb' }, true)]).toEqual([
      'x',
      'x',
      'x',
    ]);
    // An empty value has no effect (https://no-color.org).
    expect(green({ NO_COLOR: '' }, true)).not.toBe('x');
    expect(green({ FORCE_COLOR: '1' }, false)).not.toBe('x');
  });

  it('writes results and warnings to different streams, and no notes with quiet', () => {
    const [stdout, stderr] = [stream(false), stream(false)];
    const terminal = createTerminal({ stdout, stderr, env: {}, quiet: true });
    terminal.out('result');
    terminal.note('remark');
    terminal.warn('careful');
    expect(stdout.written).toEqual(['result\n']);
    expect(stderr.written).toEqual(['warning careful\n']);
  });

  it('escapes control characters except line breaks and its own colours, and writes valid JSON', () => {
    const [stdout, stderr] = [stream(false), stream(true)];
    const terminal = createTerminal({ stdout, stderr, env: {} });
    terminal.out('a\x1b]0;title\x07\nb\x9b');
    terminal.note(terminal.colors.bold('c\x7f'));
    terminal.warn('d\u202e');
    terminal.json({ name: '\x1b\x9b\u202e' });
    expect(stdout.written[0]).toBe('a\\x1b]0;title\\x07\nb\\x9b\n');
    expect(stderr.written).toEqual(['\x1b[1mc\\x7f\x1b[22m\n', '\x1b[33mwarning\x1b[39m d\\u202e\n']);
    expect(stdout.written[1]).toBe('{"name":"\\u001b\\u009b\\u202e"}\n');
    expect(JSON.parse(stdout.written[1] ?? '')).toEqual({ name: '\x1b\x9b\u202e' });
  });
});
