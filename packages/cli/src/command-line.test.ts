import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandLine, stoppedHint } from './command-line.ts';

describe('commandLine', () => {
  it('quotes words so that a shell reads the same words', () => {
    const words = ['a', 'b c', "it's", '$HOME', '', '--x=1', 'a*b', '"q"', 'ü'];
    const printed = execFileSync('sh', ['-c', `printf '%s\\n' ${commandLine(words)}`], { encoding: 'utf8' });
    expect(printed).toBe(`${words.join('\n')}\n`);
    expect(commandLine(['pnpm', 'train', '--channels', '32,64'])).toBe('pnpm train --channels 32,64');
  });
});

describe('stoppedHint', () => {
  it('ends with the command that resumes the work', () => {
    expect(stoppedHint('stopped', 'pnpm data mnist')).toBe('stopped. Resume it with: pnpm data mnist');
  });
});
