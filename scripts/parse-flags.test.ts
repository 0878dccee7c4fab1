import { describe, expect, it } from 'vitest';
import { parseFlags } from './parse-flags.ts';

const FLAGS = { models: { type: 'string', multiple: true }, quick: { type: 'boolean' } } as const;
const parse = (...args: string[]) => parseFlags(args, FLAGS, (reason) => new RangeError(reason));

describe('parseFlags', () => {
  it('returns flags, and positional arguments before and after --', () => {
    expect(parse('--models', 'a', '--models=b', 'c', '--', 'd', '--odd')).toEqual({
      values: { models: ['a', 'b'] },
      positionals: ['c', 'd', '--odd'],
    });
  });

  it.each([[['--', '--quick']], [['x', '--', '--models', 'a']], [['--quick', '--', 'y', '--models=a']]])(
    'refuses the flag after -- in %j',
    (args) => {
      expect(() => parse(...args)).toThrow(/^--\S+ stands after --; expected flags before --\. Leave out/);
    },
  );

  it('reports an unknown flag with the error of the command', () => {
    expect(() => parse('--nope')).toThrow(RangeError);
  });
});
