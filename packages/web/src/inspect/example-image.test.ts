import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { afterEach, expect, it, vi } from 'vitest';
import { examplesOf } from './example-image.ts';

const spec: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};

afterEach(() => vi.unstubAllGlobals());

it.each([
  ['the device is offline', async () => Promise.reject(new TypeError('Failed to fetch'))],
  ['the model has no sample sheet', async () => new Response('', { status: 404 })],
])('examplesOf returns no images if %s', async (_why, answer) => {
  const fetched = vi.fn(answer);
  vi.stubGlobal('fetch', fetched);
  const drawn = await examplesOf(spec, { status: 'none' }, new URL('http://localhost/site/models/digits/'));
  expect(drawn).toEqual([]);
  expect(fetched).toHaveBeenCalledWith(new URL('http://localhost/site/models/digits/samples.png'));
});

it('examplesOf returns no images for a single file without a sheet, and without a source', async () => {
  expect(await examplesOf(spec, { status: 'none' }, [new File([''], 'digits.onnx')])).toEqual([]);
  expect(await examplesOf(spec, { status: 'none' }, undefined)).toEqual([]);
});
