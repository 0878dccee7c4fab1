import { beforeAll, describe, expect, it } from 'vitest';
import { consumers } from '../../scripts/consumers/consumers.ts';
import { runConsumers } from '../../scripts/consumers/run-consumers.ts';

/** Those of `pnpm consumers` that most users are; with a warm cache of npm half a minute each. */
const USUAL = ['npm-node', 'vite'] as const;

let failures: ReadonlyMap<string, unknown>;
beforeAll(async () => {
  const chosen = new Map(USUAL.map((name) => [name, consumers[name]]));
  failures = await runConsumers(chosen, { keep: false, tell: () => {} });
}, 600_000);

describe('the packed packages, outside the workspace', () => {
  it.each(USUAL)('%s draws the golden image', (name) => {
    expect(failures.get(name)).toBeUndefined();
  });
});
