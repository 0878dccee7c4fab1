import { beforeAll, describe, expect, it } from 'vitest';
import { consumers } from '../../scripts/consumers/consumers.ts';
import { runConsumers } from '../../scripts/consumers/run-consumers.ts';

/** The most common consumers. With a warm npm cache, each test takes half a minute. */
const USUAL = ['npm-node', 'vite'] as const;

let failures: ReadonlyMap<string, unknown>;
beforeAll(async () => {
  const chosen = new Map(USUAL.map((name) => [name, consumers[name]]));
  failures = await runConsumers(chosen, { keep: false, log: () => {} });
}, 600_000);

describe('the packed packages, outside the workspace,', () => {
  it.each(USUAL)('draw the golden image with %s', (name) => {
    expect(failures.get(name)).toBeUndefined();
  });
});
