import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const known = ['npm-node', 'vite', 'cli'] as const;
const refusal = (text: RegExp): object =>
  expect.objectContaining({ code: 'RELEASE_USAGE', message: expect.stringMatching(text) });

describe('parseOptions', () => {
  it('returns all consumers and the action publish by default', () => {
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
  ] as const)('reads %j as the action %s', (args, action) => {
    expect(parseOptions(args, known).action).toBe(action);
  });

  it('returns the consumers in their usual order', () => {
    expect(parseOptions(['--dry-run', '--consumers', 'cli, npm-node'], known).consumers).toEqual([
      'npm-node',
      'cli',
    ]);
  });

  it.each([
    [['--dryrun'], /dryrun/],
    [['patch'], /got patch; expected only flags, or version/],
    [['version', 'minor'], /got version minor/],
    [['version', '--dry-run'], /version with --dry-run; expected version alone/],
    [
      ['--dry-run', '--consumers', 'rollup'],
      /--consumers has rollup; expected names among npm-node, vite, cli/,
    ],
    [['--consumers', 'vite'], /got --consumers for publishing/],
  ] as const)('refuses %j', (args, text) => {
    expect(() => parseOptions(args, known)).toThrow(refusal(text));
  });
});
