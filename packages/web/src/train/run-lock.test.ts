import { expect, it } from 'vitest';
import { runsInUse } from './run-lock.ts';

it('runsInUse returns the locked runs, and none if the browser has no locks', async () => {
  const held = [{ name: 'isonoise-run/cats/2' }, { name: 'other' }, {}];
  expect(await runsInUse({ query: async () => ({ held, pending: [] }) })).toEqual(new Set(['cats/2']));
  expect(await runsInUse(undefined)).toEqual(new Set());
});
