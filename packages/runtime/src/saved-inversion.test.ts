import { type ModelSpec, toSchedule, toSchedulerConfig } from '@isonoise/bundle';
import type { Denoiser, SamplerName } from '@isonoise/sampler';
import { levelAt } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { interpolate } from './interpolate.ts';
import { invert } from './invert.ts';
import { createModel } from './model.ts';
import type { SequenceStep } from './run-sequence.ts';
import {
  decodeInversion,
  encodeInversion,
  isInversionText,
  requireSavableInversion,
} from './saved-inversion.ts';

const spec: ModelSpec = {
  fractionalTimes: true,
  name: 'normals',
  image: { channels: 1, height: 2, width: 3 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 1000 }),
  classes: null,
};
const schedule = toSchedule(spec.scheduler);
const exact: Denoiser = async (x, t) =>
  x.map((value, i) => {
    const { alpha, sigma } = levelAt(schedule, t[Math.floor(i / 6)] ?? 0);
    return (sigma * value) / ((alpha * 0.3) ** 2 + sigma ** 2);
  });
const provider = { name: 'cpu', reason: 'requested' } as const;
const model = createModel({ denoise: exact, spec, golden: null, provider, dispose: async () => {} });
const pictures = Float32Array.from({ length: 12 }, (_, i) => 0.5 * Math.sin(i));
const canvas = { height: 2, width: 3, stride: 1, tile: true } as const;
const options = { sampler: 'ddim-inverse', steps: 4, canvas } as const;

describe.each([
  ['invert', undefined, (more: object) => invert(model, pictures, { ...options, ...more })],
  ['interpolate', 3, (more: object) => interpolate(model, pictures, 3, { ...options, ...more })],
] as const)('a run of %s', (_verb, count, take) => {
  async function texts(): Promise<readonly string[]> {
    const list: string[] = [];
    const onStep = (at: SequenceStep): void => {
      list.push(encodeInversion({ count, options, pictures, runs: at.save() }));
    };
    await take({ onStep });
    return list;
  }

  it('can be saved after each step of each run and resumed with the same bits', async () => {
    const whole = await take({});
    const all = await texts();
    expect(all.length).toBe(count === undefined ? 8 : 12);
    for (const text of all) {
      expect(isInversionText(text)).toBe(true);
      const saved = decodeInversion(text, 'state.json');
      expect(saved.pictures).toEqual(pictures);
      expect([saved.count, saved.options]).toEqual([count, options]);
      expect(await take({ saved: saved.runs })).toEqual(whole);
    }
  });

  it('stops between two steps', async () => {
    const stop = new AbortController();
    let steps = 0;
    const onStep = (): void => {
      if (++steps === 3) stop.abort(new Error('enough'));
    };
    await expect(take({ onStep, signal: stop.signal })).rejects.toThrow('enough');
    expect(steps).toBe(3);
  });

  it.each<[object, string]>([
    [{ format: 'other' }, 'state.json: format is "other"; expected "isonoise-inversion".'],
    [{ version: 2 }, 'version is 2; expected 1.'],
    [{ count: 1 }, 'count is 1; expected a whole number from 2.'],
    [{ options: null }, 'options is null; expected { sampler, steps }.'],
    [
      { options: { sampler: 'ddim', steps: 4 } },
      'options.sampler is "ddim"; expected a sampler that inverts.',
    ],
    [{ options: { ...options, steps: 0 } }, 'options.steps is 0'],
    [{ options: { ...options, class: {} } }, 'options.class is'],
    [{ options: { ...options, tags: 'cat' } }, 'options.tags is "cat"'],
    [
      { options: { ...options, canvas: [] } },
      'options.canvas is []; expected { height, width, stride, tile }.',
    ],
    [{ options: { ...options, canvas: { ...canvas, width: 0 } } }, 'options.canvas is {'],
    [{ options: { ...options, canvas: { ...canvas, stride: '1' } } }, 'options.canvas.stride is "1"'],
    [{ options: { ...options, canvas: { ...canvas, tile: 1 } } }, 'options.canvas.tile is 1'],
    [{ pictures: 3 }, 'pictures is 3; expected base64'],
    [{ pictures: '' }, 'pictures are empty'],
    [{ pictures: 'AAAAQA==' }, 'values outside [-1, 1]'],
    [{ done: null }, 'done is null; expected a list'],
    [{ done: ['AAAAAA=='] }, 'the numbers of values in pictures, done and run differ'],
    [{ done: ['', '', ''] }, 'done has the images of 3 runs'],
    [{ run: null }, 'state.json: got null; expected an object.'],
  ])('is not resumed from a damaged file: %j', async (change, message) => {
    const [text = ''] = await texts();
    const damaged = JSON.stringify({ ...JSON.parse(text), ...change });
    expect(() => decodeInversion(damaged, 'state.json')).toThrow(
      expect.objectContaining({ code: 'RUNTIME_SAVED', message: expect.stringContaining(message) }),
    );
  });

  it('is not resumed from a text that is not JSON', () => {
    expect(() => decodeInversion('{', 'state.json')).toThrow('state.json: the text is not JSON');
    expect(() => decodeInversion('['.repeat(99), 'state.json')).toThrow('state.json: nested deeper than 16');
  });
});

describe('requireSavableInversion', () => {
  const image = { channels: 1, height: 1024, width: 1024 };
  const large = { ...spec, image };
  const most = 2 ** 26 / 2 ** 20;
  const savable = (pictures: number, count?: number, sampler: SamplerName = 'ddim-inverse') =>
    requireSavableInversion(large, {
      options: { sampler, steps: 4 },
      pictures: new Float32Array(pictures * 2 ** 20),
      count,
    });

  it('counts the pictures, the images of finished runs and those of the current run', () => {
    // An inversion keeps the pictures and their noise while it draws the pictures again.
    savable(Math.floor(most / 3));
    expect(() => savable(Math.floor(most / 3) + 1)).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_REQUEST',
        message:
          'saved inversion: the pictures and their noise have 69206016 values; expected at most 67108864. Use fewer pictures.',
      }),
    );
    // An interpolation keeps the pictures, their noise and the redrawn pictures while it draws the images.
    savable(2, most - 6);
    expect(() => savable(2, most - 5)).toThrow('saved inversion');
  });

  it('counts what a sampler keeps from earlier steps', () => {
    // dpmpp-2m keeps an estimate of the images.
    savable(2, (most - 6) / 2, 'dpmpp-2m-inverse');
    expect(() => savable(2, (most - 6) / 2 + 1, 'dpmpp-2m-inverse')).toThrow('saved inversion');
  });
});
