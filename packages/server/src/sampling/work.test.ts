import { IsonoiseError } from '@isonoise/error';
import { encodePng } from '@isonoise/picture';
import type { SamplerName } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { convSpec } from '../../../runtime-node/testdata/conv-denoiser.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { workOf } from './work.ts';

const ofShape = ([channels = 1, height = 1, width = 1]: readonly number[]) => ({
  spec: { ...convSpec, image: { channels, height, width } },
  flops: 1,
  sha256: '0'.repeat(64),
});
const body = { model: 'conv', seed: 1, steps: 1 } as const;
const LIMITS = { ...DEFAULT_LIMITS, budget: 1e12 };

describe('images that cannot be encoded as PNG', () => {
  it.each([
    [[2, 6, 5], 1, 'shape is [1, 2, 6, 5]; expected [N, C, H, W] of whole numbers above 0 with C 1, 3 or 4'],
    [[1, 40_000, 1], 4, '4 images of 1 × 40000 in 2 columns at scale 1 make'],
  ] as const)('of shape %j are rejected before they are drawn', (shape, count, reason) => {
    const ask = () => workOf({ ...body, count }, ofShape(shape), LIMITS);
    expect(ask).toThrow(expect.objectContaining({ code: 'BODY_INVALID', cause: expect.any(IsonoiseError) }));
    expect(ask).toThrow(`format is png: ${reason}`);
    expect(ask).toThrow('Request format float32 or stream');
    for (const format of ['float32', 'stream'] as const)
      expect(workOf({ ...body, count, format }, ofShape(shape), LIMITS).passes.network).toBe(count);
  });
});

it('workOf rejects a response above the memory limit, even within the budget', () => {
  // Each image takes 16 MiB.
  const large = ofShape([1, 2048, 2048]);
  expect(workOf({ ...body, count: 16, format: 'stream' }, large, LIMITS).places).toBe(16);
  expect(() => workOf({ ...body, count: 17, format: 'stream' }, large, LIMITS)).toThrow(
    expect.objectContaining({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringMatching(
        /^17 images of \[1, 2048, 2048\] would be 285212672 bytes; expected at most 268435456 per request/,
      ),
    }),
  );
});

it('workOf counts the rows of tags as memory of the request', () => {
  const { spec, ...rest } = ofShape([1, 1, 1]);
  const names = Array.from({ length: 16_384 }, (_, i) => `tag ${i}`);
  const tags = { names, counts: names.map(() => 1), dropped: true };
  const tagged = { ...rest, spec: { ...spec, classes: null, tags } };
  const request = (count: number) =>
    workOf({ ...body, count, tags: ['tag 3'], guidance: 1, format: 'float32' }, tagged, LIMITS);
  // An image has a row of tags and one pixel, with 4 bytes per value: 4,095 images fit into 256 MiB.
  expect(request(4095).places).toBe(4095);
  expect(() => request(4096)).toThrow(
    '4096 images of [1, 1, 1] with rows of 16384 tags would be 268451840 bytes; expected at most 268435456 per request',
  );
});

describe('workOf counts the memory of', () => {
  const large = ofShape([1, 2048, 2048]);
  const refused = 'expected at most 268435456 per request';
  // An image of 2048 x 2048 takes 16 MiB, and the limit is 256 MiB.
  it.each<[string, object, most: number, string]>([
    [
      'guidance',
      { class: 1, guidance: 2 },
      8,
      '9 images of [1, 2048, 2048] × 2 for guidance would be 301989888 bytes',
    ],
    [
      'a blend',
      { class: 1, blend: { class: 0, share: 0.5 }, guidance: 1 },
      8,
      '× 2 for the blend would be 301989888 bytes',
    ],
    [
      'guidance of a blend',
      { class: 1, blend: { class: 0, share: 0.5 }, guidance: 2 },
      4,
      '5 images of [1, 2048, 2048] × 2 for guidance × 2 for the blend would be 335544320 bytes',
    ],
    [
      'windows',
      { canvas: { width: 2048, height: 2048, stride: 2048 } },
      5,
      ', with sums of windows would be 301989888 bytes',
    ],
    [
      'a multistep sampler',
      { sampler: 'dpmpp-2m', steps: 5 },
      8,
      ', with an array that dpmpp-2m keeps would be 301989888 bytes',
    ],
    [
      'a sampler with several arrays',
      { sampler: 'lms', steps: 5 },
      4,
      ', with 3 arrays that lms keeps would be 335544320 bytes',
    ],
  ])('%s', (_what, fields, most, message) => {
    const ask = (count: number) => workOf({ ...body, ...fields, count, format: 'float32' }, large, LIMITS);
    expect(ask(most).end).toBeGreaterThan(0);
    expect(() => ask(most + 1)).toThrow(expect.objectContaining({ code: 'BUDGET_EXCEEDED' }));
    expect(() => ask(most + 1)).toThrow(message);
    expect(() => ask(most + 1)).toThrow(refused);
  });
});

it('workOf refuses a request whose record does not fit in a PNG, before it is drawn', () => {
  const { spec, ...rest } = ofShape([1, 1, 1]);
  const names = Array.from({ length: 2000 }, (_, i) => `tag ${i}`);
  const tagged = {
    ...rest,
    spec: { ...spec, classes: null, tags: { names, counts: names.map(() => 1), dropped: true } },
  };
  const ask = (more: object) =>
    workOf({ ...body, count: 1000, tags: names, guidance: 1, ...more }, tagged, LIMITS);
  expect(() => ask({})).toThrow(
    /^format is png: the request has \d+ characters; expected at most 4194304\. Set metadata to false/,
  );
  expect(ask({ metadata: false }).record).toBeUndefined();
  expect(ask({ format: 'float32' }).record).toBeUndefined();
  expect(ask({ count: 2 }).record).toContain('"isonoise-images"');
});

it('workOf includes each window and both conditions of a blend in the cost and the places', () => {
  const request = {
    ...body,
    steps: 10,
    class: 1,
    guidance: 2,
    canvas: { width: 20, height: 16, stride: 4 },
    blend: { class: 0, share: 0.5 },
  };
  // Windows of 8 x 8 begin in rows 0, 4 and 8, and in columns 0, 4, 8 and 12.
  const work = workOf(request, ofShape([1, 8, 8]), LIMITS);
  expect(work).toMatchObject({
    places: 2 * 2 * 12,
    perCall: 2 * 12,
    passes: { network: 480, guide: 0 },
    flops: 480,
  });
  expect(work.shape).toEqual([1, 1, 16, 20]);
  expect(() => workOf(request, ofShape([1, 8, 8]), { ...LIMITS, budget: 479 })).toThrow(
    '1 image × 10 steps × 2 for guidance × 12 windows × 2 for the blend are 480 passes through the network; expected at most ' +
      '479 per request for this model (1 operations each). Request a smaller canvas, a larger stride',
  );
  const canvas = { width: 8192, height: 8192 };
  expect(() => workOf({ ...body, canvas, format: 'stream' }, ofShape([3, 2048, 2048]), LIMITS)).toThrow(
    '1 image of [3, 8192, 8192], with sums of windows would be 2415919104 bytes; expected at most 268435456 per request. Request a smaller canvas.',
  );
});

it('workOf prices network calls, not steps', () => {
  const price = (sampler: SamplerName) =>
    workOf({ ...body, steps: 10, count: 3, sampler }, ofShape([1, 8, 8]), LIMITS);
  expect(price('ddim')).toMatchObject({ steps: 10, passes: { network: 30, guide: 0 }, flops: 30 });
  expect(price('dpmpp-2m')).toMatchObject({ steps: 10, passes: { network: 30, guide: 0 } });
  expect(price('heun')).toMatchObject({ steps: 10, passes: { network: 57, guide: 0 }, flops: 57 });
  expect(price('plms')).toMatchObject({ steps: 10, passes: { network: 33, guide: 0 } });
  expect(() =>
    workOf({ ...body, steps: 10, count: 3, sampler: 'heun' }, ofShape([1, 8, 8]), { ...LIMITS, budget: 56 }),
  ).toThrow('3 images × 19 network calls of 10 steps are 57 passes through the network; expected at most 56');
});

it('workOf prices the calls of the network and of its guide', () => {
  const guide = { ...ofShape([1, 8, 8]), flops: 0.5 };
  const asked = { ...body, steps: 10, count: 3, guidance: 2, guide: 'weak' };
  const price = (part: object) => workOf({ ...asked, ...part }, ofShape([1, 8, 8]), LIMITS, guide);
  expect(price({})).toMatchObject({ places: 6, passes: { network: 30, guide: 30 }, flops: 45 });
  expect(price({ guidance: 1 })).toMatchObject({ places: 3, passes: { network: 30, guide: 0 }, flops: 30 });
  expect(price({ guidanceLow: 1e6 })).toMatchObject({ places: 3, passes: { network: 30, guide: 0 } });
  expect(() => workOf(asked, ofShape([1, 8, 8]), { ...LIMITS, budget: 44 }, guide)).toThrow(
    '3 images × 10 steps (10 guided) are 30 passes through the network and 30 through its guide, which cost as much as ' +
      '45; expected at most 44',
  );
});

it('workOf prices guidance only inside its interval', () => {
  // Leading timesteps 90, 80, …, 0 of 100 with β from 1e-4 to 0.02: σ/α is above 0.2 from timestep 20 on.
  const asked = { ...body, steps: 10, count: 3, class: 0, guidance: 2, guidanceLow: 0.2 };
  const { passes } = workOf(asked, ofShape([1, 8, 8]), LIMITS);
  const ratio = (t: number): number => {
    let bar = 1;
    for (let i = 0; i <= t; i++) bar *= 1 - (1e-4 + ((0.02 - 1e-4) * i) / 99);
    return Math.sqrt((1 - bar) / bar);
  };
  const inside = Array.from({ length: 10 }, (_, i) => ratio(10 * i)).filter((noise) => noise > 0.2).length;
  expect(inside).toBeGreaterThan(0);
  expect(inside).toBeLessThan(10);
  expect(passes).toEqual({ network: 3 * (10 + inside), guide: 0 });
});

describe('changes of a picture', () => {
  const large = ofShape([3, 512, 512]);
  const edit = { x: Buffer.alloc(4 * 3 * 512 * 512).toString('base64') };

  it('are priced before the arrays of their images are created and checked', () => {
    // The arrays of 1300 images would take 8 GiB.
    const wrong = { x: Buffer.from(new Float32Array(3 * 512 * 512).fill(2).buffer).toString('base64') };
    const ask = (count: number) => workOf({ ...body, count, edit: wrong, format: 'float32' }, large, LIMITS);
    expect(() => ask(1300)).toThrow(/^1300 images of \[3, 512, 512\] would be \d+ bytes; expected at most/);
    const { planned, begin } = ask(1);
    expect(planned.plan.start).toBe('given');
    expect(begin).toThrow('edit.image[0] is 2; expected values in [-1, 1]');
  });

  it('are refused before the rows of the run are computed, if they repeat their steps too often', () => {
    const side = ofShape([1, 8, 8]);
    const white = { width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(255) } as const;
    const mask = Buffer.from(encodePng(white)).toString('base64');
    const given = { x: Buffer.alloc(256).toString('base64'), mask, resample: 100 };
    const ask = (budget: number) =>
      workOf({ ...body, steps: 100, sampler: 'ddim', edit: given }, side, { ...LIMITS, budget });
    // The first step is taken once, the others a hundred times.
    expect(ask(9901).flops).toBe(9901);
    expect(() => ask(9900)).toThrow(
      '1 image × at least 9901 network calls of 100 steps are too many; expected at most 9900 passes',
    );
  });

  it('have masks of a limited size', () => {
    const mask = Array.from({ length: 100 }, () => 'AAAA');
    expect(() => workOf({ ...body, edit: { ...edit, mask } }, large, LIMITS)).toThrow(
      'edit.mask has 100 pictures of 512 × 512 pixels, which would take 34952536 bytes; expected at most 16777216 per request',
    );
  });
});
