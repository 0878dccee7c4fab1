import { fillNormals, philox4x32 } from '@isonoise/random';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Lab, openLab } from './open-lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab?.close());

it('the lab opens pages with and without isolation from other origins', async () => {
  expect(await lab.call('environment')).toMatchObject({ crossOriginIsolated: true });
  const plain = await lab.open({ isolated: false });
  expect(await plain.call('environment')).toMatchObject({ crossOriginIsolated: false });
  expect([...lab.errors, ...plain.errors]).toEqual([]);
});

it('the lab draws the same noise as Node, bit for bit', async () => {
  const stream = { seed: 42, image: 3, step: 7, purpose: 'stepNoise' } as const;
  const here = new Float32Array(10_000);
  fillNormals(here, stream);
  const there = await lab.call('normals', here.length, stream);
  expect(new Uint32Array(there.buffer)).toEqual(new Uint32Array(here.buffer));
});

// Source: the test vectors of Random123 (kat_vectors, philox 4x32 10).
it.each([
  { counter: [0, 0, 0, 0], key: [0, 0], words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
] as const)(
  'the lab and Node return the published words for counter $counter',
  async ({ counter, key, words }) => {
    expect([...philox4x32(counter, key)]).toEqual(words);
    expect([...(await lab.call('philox', counter, key))]).toEqual(words);
  },
);

it('lab.call rejects with the name and code of an error thrown in the page', async () => {
  await expect(
    lab.call('normals', 4, { seed: -1, image: 0, step: 0, purpose: 'stepNoise' }),
  ).rejects.toMatchObject({ name: 'IsonoiseError', code: 'RANDOM_SEED' });
});
