import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const known = ['npm-node', 'vite', 'cli'] as const;
const refusal = (text: RegExp): object =>
  expect.objectContaining({ code: 'RELEASE_USAGE', message: expect.stringMatching(text) });

describe('parseOptions', () => {
  it('publishes, after all consumers, where nothing else is said', () => {
    expect(parseOptions([], known)).toEqual({
      help: false,
      action: 'publish',
      consumers: known,
      keep: false,
    });
  });

  it.each([
    [['--dry-run'], 'check'],
    [['--rehearse'], 'rehearse'],
    [['--dry-run', '--rehearse'], 'rehearse'],
    [['version'], 'version'],
  ] as const)('%j is the action %s', (args, action) => {
    expect(parseOptions(args, known).action).toBe(action);
  });

  it('keeps the order of the consumers', () => {
    expect(parseOptions(['--dry-run', '--consumers', 'cli, npm-node'], known).consumers).toEqual([
      'npm-node',
      'cli',
    ]);
  });

  it.each([
    [['--dryrun'], /dryrun/],
    [['patch'], /got patch; expected flags alone, or the word version/],
    [['version', 'minor'], /got version minor/],
    [['version', '--dry-run'], /version with --dry-run; expected it alone/],
    [
      ['--dry-run', '--consumers', 'rollup'],
      /--consumers has rollup; expected names out of npm-node, vite, cli/,
    ],
    [['--consumers', 'vite'], /--consumers while publishing/],
  ] as const)('refuses %j', (args, text) => {
    expect(() => parseOptions(args, known)).toThrow(refusal(text));
  });
});
