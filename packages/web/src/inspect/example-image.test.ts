import type { ModelSummary } from '@isonoise/api';
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

const served: ModelSummary = {
  name: spec.name,
  url: 'models/digits/',
  spec,
  guidance: 1,
  sha256: '',
  bytes: 0,
  provider: null,
  flops: 0,
  budget: 0,
};

afterEach(() => vi.unstubAllGlobals());

it.each([
  ['the device is offline', async () => Promise.reject(new TypeError('Failed to fetch'))],
  ['the model has no sample sheet', async () => new Response('', { status: 404 })],
])('examples are missing if %s', async (_why, answer) => {
  const fetched = vi.fn(answer);
  vi.stubGlobal('location', { href: 'http://localhost/site/' });
  vi.stubGlobal('fetch', fetched);
  const drawn = await examplesOf(spec, { status: 'none' }, { state: 'ready', models: [served] });
  expect(drawn).toEqual([]);
  expect(fetched).toHaveBeenCalledWith(new URL('http://localhost/site/models/digits/samples.png'));
});
