import { type ModelSpec, toSchedule, toSchedulerConfig } from '@isonoise/bundle';
import { type Denoiser, initialNoise, type SamplerName, samplersFor } from '@isonoise/sampler';
import { levelAt } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { type BetweenRequest, requestBetween } from './between.ts';
import { createModel, type Model } from './model.ts';
import type { ModelSampleRequest } from './model-request.ts';

const size = 6;
const spec: ModelSpec = {
  fractionalTimes: true,
  name: 'normals',
  image: { channels: 1, height: 2, width: 3 },
  dataRange: [-1, 1],
  scheduler: {
    ...toSchedulerConfig({ kind: 'linear', numTrainTimesteps: 1000 }),
    timestep_spacing: 'trailing',
  },
  classes: { count: 3, names: ['none', 'low', 'high'], nullClass: 0 },
};
const schedule = toSchedule(spec.scheduler);
const [MEANS, DEVIATION] = [[0, -0.4, 0.5], 0.2] as const;

/** The exact ε of normals whose mean depends on the class. */
const exact: Denoiser = async (x, t, condition) =>
  x.map((value, i) => {
    const image = Math.floor(i / size);
    const { alpha, sigma } = levelAt(schedule, t[image] ?? 0);
    const mean = MEANS[condition?.[image] ?? 0] ?? 0;
    return (sigma * (value - alpha * mean)) / ((alpha * DEVIATION) ** 2 + sigma ** 2);
  });

function open(of: Partial<ModelSpec> = {}): Model {
  const provider = { name: 'cpu', reason: 'requested' } as const;
  return createModel({
    denoise: exact,
    spec: { ...spec, ...of },
    golden: null,
    provider,
    dispose: async () => {},
  });
}

async function draw(request: ModelSampleRequest): Promise<Float32Array> {
  let x: Float32Array = new Float32Array(0);
  for await (const step of open().sample(request)) ({ x } = step);
  return x;
}

const between = (request: BetweenRequest): Promise<Float32Array> => draw(requestBetween(spec, request));

describe('requestBetween', () => {
  it.each<[string, BetweenRequest['from'], BetweenRequest['to']]>([
    ['seeds', { seed: 3 }, { seed: 7 }],
    ['seeds of a class', { seed: 3, class: 'low' }, { seed: '7', class: 1 }],
    ['seeds and classes', { seed: 3, class: 'low' }, { seed: 7n, class: 'high' }],
  ])('begins and ends with ordinary images between two %s', async (_what, from, to) => {
    const sampler = 'dpmpp-2m';
    for (const settings of [
      { sampler, steps: 8 },
      { sampler, steps: 8, ...(from.class && { guidance: 3 }) },
    ] as const) {
      const images = await between({ from, to, count: 3, ...settings });
      expect(images.slice(0, size)).toEqual(await draw({ ...from, ...settings }));
      expect(images.slice(2 * size)).toEqual(await draw({ ...to, ...settings }));
    }
  });

  it('keeps all settings of a request, and draws pictures of the size of a canvas', async () => {
    const settings = {
      sampler: 'ddim',
      steps: 4,
      spacing: 'leading',
      clip: false,
      canvas: { height: 4, width: 5 },
    } as const;
    const images = await between({ from: { seed: 3 }, to: { seed: 7 }, count: 2, ...settings });
    expect(images.slice(0, 20)).toEqual(await draw({ seed: 3, ...settings }));
    expect(images.slice(20)).toEqual(await draw({ seed: 7, ...settings }));
  });

  it.each<SamplerName>(['ddpm', 'dpmpp-2m-sde', 'dpmpp-2m'])(
    'begins and ends with ordinary images between two classes with %s',
    async (sampler) => {
      const ends = { from: { seed: 5, class: 'low' }, to: { seed: 5, class: 'high' } };
      const settings = { sampler, steps: 8 };
      const images = await between({ ...ends, count: 5, ...settings });
      expect(images.slice(0, size)).toEqual(await draw({ ...ends.from, ...settings }));
      expect(images.slice(4 * size)).toEqual(await draw({ ...ends.to, ...settings }));
      const three = await between({ ...ends, count: 3, ...settings });
      expect(three.slice(size, 2 * size)).toEqual(images.slice(2 * size, 3 * size));
    },
  );

  it('begins and ends with ordinary larger pictures', async () => {
    const settings = { sampler: 'dpmpp-2m', steps: 4, canvas: { height: 3, width: 5, stride: 1 } } as const;
    const images = await between({
      from: { seed: 3, class: 1 },
      to: { seed: 7, class: 2 },
      count: 3,
      ...settings,
    });
    expect(images.length).toBe(3 * 15);
    expect(images.slice(0, 15)).toEqual(await draw({ seed: 3, class: 1, ...settings }));
    expect(images.slice(30)).toEqual(await draw({ seed: 7, class: 2, ...settings }));
  });

  it('keeps the length of the noise between seeds', () => {
    const { start } = requestBetween(spec, { from: { seed: 3 }, to: { seed: 7 }, count: 5 });
    const noise = [3n, 7n].map((seed) => initialNoise(seed, [0], size));
    expect(start?.x.slice(0, size)).toEqual(noise[0]);
    expect(start?.x.slice(4 * size)).toEqual(noise[1]);
    // The ends have different lengths, so the great circle becomes an ellipse.
    const squares = Array.from({ length: 5 }, (_, k) =>
      Math.hypot(...(start?.x.slice(k * size, (k + 1) * size) ?? [])),
    );
    const [low, high] = [
      Math.min(squares[0] ?? 0, squares[4] ?? 0),
      Math.max(squares[0] ?? 0, squares[4] ?? 0),
    ];
    for (const length of squares) {
      expect(length).toBeGreaterThan(0.9 * low);
      expect(length).toBeLessThan(1.1 * high);
    }
  });

  it('uses a sampler without noise between seeds by default', () => {
    expect(requestBetween(spec, { from: { seed: 3 }, to: { seed: 7 }, count: 2 }).sampler).toBe('dpmpp-2m');
    const classes = { from: { seed: 3, class: 1 }, to: { seed: 3, class: 2 }, count: 2 };
    expect(requestBetween(spec, classes).sampler).toBeUndefined();
  });

  it('refuses samplers that add noise between seeds, and accepts all others', () => {
    const noisy = samplersFor('diffusion').filter((sampler) => {
      try {
        requestBetween(spec, { from: { seed: 3 }, to: { seed: 7 }, count: 2, sampler, steps: 10 });
        return false;
      } catch (error) {
        expect(String(error)).toContain(
          'which adds noise in its steps; expected one that does not, such as dpmpp-2m',
        );
        return true;
      }
    });
    expect(noisy).toEqual(expect.arrayContaining(['ddpm', 'dpmpp-2m-sde', 'euler-ancestral', 'lcm']));
    for (const sampler of ['ddim', 'heun', 'unipc', 'pndm']) expect(noisy).not.toContain(sampler);
  });

  it.each<[BetweenRequest, string]>([
    [{ from: { seed: 3 }, to: { seed: '3' }, count: 3 }, 'the ends are equal; expected different seeds'],
    [{ from: { seed: 3, class: 1 }, to: { seed: 3, class: 'low' }, count: 3 }, 'the ends are equal'],
    [{ from: { seed: 3 }, to: { seed: 7 }, count: 1 }, 'count is 1; expected a whole number from 2'],
    [{ from: { seed: 3 }, to: { seed: 7, class: 1 }, count: 3 }, 'only one end has class'],
    [
      { from: { seed: 3, class: 1 }, to: { seed: 3, class: 9 }, count: 3 },
      'class is 9; expected a class of normals',
    ],
    [
      { from: { seed: 3, tags: ['cat'] }, to: { seed: 3, tags: ['sun'] }, count: 3 },
      'tags is ["cat"], but normals was trained without tags',
    ],
  ])('refuses %j', (request, message) => {
    expect(() => requestBetween(spec, request)).toThrow(message);
  });

  it.each<unknown>([1.5, -1, 'seven', '0x10', 2n ** 64n])('refuses the seed %s at either end', (seed) => {
    for (const [from, to] of [
      [seed, 3],
      [3, seed],
    ] as [number, number][]) {
      expect(() => requestBetween(spec, { from: { seed: from }, to: { seed: to }, count: 3 })).toThrow(
        expect.objectContaining({ code: 'RANDOM_SEED' }),
      );
    }
  });
});
