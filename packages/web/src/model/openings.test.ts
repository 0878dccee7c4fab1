import { expect, it } from 'vitest';
import { createOpenings } from './openings.ts';

it('createOpenings waits for the latest opening, even if it fails', async () => {
  const openings = createOpenings();
  expect(openings.settled()).toBeNull();
  const resolvers: ((value: string) => void)[] = [];
  const first = openings.run((number) =>
    new Promise<string>((done) => resolvers.push(done)).then((text) => text + number),
  );
  const second = openings.run((number) => Promise.reject(new Error(`damaged ${number}`)));
  const settled = openings.settled();
  await expect(second).rejects.toThrow('damaged 2');
  await settled;
  expect(openings.settled()).toBeNull();
  resolvers[0]?.('model ');
  expect(await first).toBe('model 1');
});
