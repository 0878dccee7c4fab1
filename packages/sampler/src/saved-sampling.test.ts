import { IsonoiseError } from '@isonoise/error';
import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { plan, saved } from '../testdata/saved-run.ts';
import { planSampling } from './sample-request.ts';
import { decodeSampling, encodeSampling, savedFromJson, savedToJson } from './saved-json.ts';
import { requireSavable, type SavedSampling } from './saved-sampling.ts';

/** A value of JSON that String() cannot convert. */
const UNPRINTABLE = { toString: 1, valueOf: 1 };

describe('encodeSampling and decodeSampling', () => {
  it('keep every bit', () => {
    const back = decodeSampling(encodeSampling(saved));
    expect(back).toEqual(saved);
    expect(new Uint32Array(back.x.buffer)).toEqual(new Uint32Array(saved.x.buffer));
  });

  it('use the same format as savedToJson and savedFromJson', () => {
    const json = savedToJson(saved);
    expect(JSON.parse(encodeSampling(saved))).toEqual(JSON.parse(JSON.stringify(json)));
    expect(savedFromJson(json)).toEqual(saved);
    for (const [value, message] of [
      [null, /got null; expected an object/],
      [{ ...json, x: 3 }, /x is missing/],
    ] as const)
      expect(() => savedFromJson(value)).toThrow(message);
  });

  it('refuse a plan with more values than a string can hold', () => {
    const shape = { channels: 1, height: 1024, width: 1024 };
    requireSavable({ ...plan, shape, images: Array.from({ length: 64 }, (_, i) => i) });
    expect(() => requireSavable({ ...plan, shape, images: Array.from({ length: 65 }, (_, i) => i) })).toThrow(
      'the images have 68157440 values; expected at most 67108864',
    );
  });

  it('keep the hash of the model if it is known', () => {
    const model = '0123456789abcdef'.repeat(4);
    expect(decodeSampling(encodeSampling({ ...saved, model })).model).toBe(model);
    expect(decodeSampling(encodeSampling(saved))).not.toHaveProperty('model');
  });

  it('write little-endian float32 in base64', () => {
    const { x } = JSON.parse(encodeSampling({ ...saved, x: Float32Array.of(1, 0, 0, -2) })) as { x: string };
    expect([...Buffer.from(x, 'base64')]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc0]);
  });

  it('keep runs larger than one piece of base64', () => {
    const x = Float32Array.from({ length: 9000 }, (_, i) => Math.sin(i));
    const large = { ...saved, plan: { ...plan, shape: { channels: 1, height: 90, width: 100 } }, x };
    expect(decodeSampling(encodeSampling(large)).x).toEqual(x);
  });

  const broken = (
    change: (value: Record<string, unknown> & { plan: Record<string, unknown> }) => void,
  ): string => {
    const value = JSON.parse(encodeSampling(saved));
    change(value);
    return JSON.stringify(value);
  };
  it.each([
    ['text that is cut off', encodeSampling(saved).slice(0, -9), /not JSON/],
    ['text that is not an object', '3', /got number/],
    ['text of another format', '{}', /format is undefined; expected "isonoise-sampling"/],
    ['a later version', broken((v) => (v.version = 2)), /version is 2; expected 1/],
    [
      'a model that is not a hash',
      broken((v) => (v.model = 'mnist')),
      /model is "mnist"; expected a SHA-256/,
    ],
    ['a missing x', broken((v) => delete v.x), /x is missing/],
    ['x that is not base64', broken((v) => (v.x = '%%%')), /not base64/],
    ['half a float', broken((v) => (v.x = 'AAAAAAA=')), /5 bytes/],
    ['x of the wrong size', broken((v) => (v.x = 'AAAAAA==')), /x has 1 value; expected 4/],
    ['a step beyond the last', broken((v) => (v.nextStep = 4)), /nextStep is 4/],
    ['a missing plan', broken((v) => delete (v as Record<string, unknown>).plan), /the plan is undefined/],
    [
      'steps that are not consecutive',
      broken(
        (v) =>
          (v.plan.steps = [
            [2, 0],
            [1, -1],
          ]),
      ),
      /steps\[0\] goes to 0/,
    ],
    [
      'a seed beyond 64 bits',
      broken((v) => (v.plan.seed = '18446744073709551616')),
      /seed: got "18446744073709551616"/,
    ],
    ['an unknown schedule', broken((v) => (v.plan.schedule = { kind: 'steep' })), /kind is "steep"/],
    [
      'steps that rise',
      broken(
        (v) =>
          (v.plan.steps = [
            [1, 2],
            [2, -1],
          ]),
      ),
      /strictly decreasing/,
    ],
    ['steps that are not pairs', broken((v) => (v.plan.steps = [2, 1])), /pairs/],
    ['empty steps', broken((v) => (v.plan.steps = [])), /steps is empty; expected at least one pair/],
    [
      'steps that are not numbers',
      broken(
        (v) =>
          (v.plan.steps = [
            [2, UNPRINTABLE],
            [UNPRINTABLE, -1],
          ]),
      ),
      /steps is \[\[2,.*; expected an array of \[t, tPrev\] pairs/,
    ],
    [
      'a schedule of objects',
      broken((v) => (v.plan.schedule = { kind: 'trained', betas: [UNPRINTABLE] })),
      /betas\[0\] is \{/,
    ],
    ['a seed that is an object', broken((v) => (v.plan.seed = UNPRINTABLE)), /seed: got \{/],
    ['a step that is an object', broken((v) => (v.nextStep = UNPRINTABLE)), /nextStep is \{/],
    [
      'a setting with a long name',
      broken((v) => (v.plan.settings = { ['x'.repeat(1000)]: 1 })),
      /unknown setting "x{59} for sampler/,
    ],
    ['a long format', broken((v) => (v.format = 'x'.repeat(1000))), /format is "x{59}; expected/],
    [
      'a setting of another sampler',
      broken((v) => (v.plan.settings = { variance: 'fixedSmall' })),
      /unknown setting/,
    ],
    [
      'nesting that would overflow the stack',
      `{"plan":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
      /nested deeper than 16/,
    ],
    [
      'labels for a different number of images',
      broken((v) => (v.plan.classLabels = [1, 2])),
      /2 labels for 1 image/,
    ],
  ])('refuse %s', (_, text, message) => {
    expect(() => decodeSampling(text)).toThrow(message);
    expect(() => decodeSampling(text)).toThrow(expect.objectContaining({ code: 'SAMPLER_SAVED' }));
  });

  it('name the file in errors, if its name is given', () => {
    const decode = (text: string) => () => decodeSampling(text, 'half.json');
    const refusal = (message: string) => expect.objectContaining({ code: 'SAMPLER_SAVED', message });
    expect(decode('{')).toThrow(refusal('half.json: the text is not JSON; expected a whole saved run.'));
    expect(decode(broken((v) => (v.version = 2)))).toThrow(
      refusal('half.json: version is 2; expected 1. Update isonoise to read newer versions.'),
    );
  });

  it('keep the cause of an error', () => {
    for (const [text, cause] of [
      ['{', SyntaxError],
      [broken((v) => (v.plan.seed = -1)), IsonoiseError],
    ] as const) {
      try {
        decodeSampling(text);
        expect.unreachable();
      } catch (error) {
        expect((error as Error).cause).toBeInstanceOf(cause);
      }
    }
  });
});

describe('the memory of a saved run', () => {
  const request = {
    shape: plan.shape,
    schedule: createSchedule({ kind: 'linear' }),
    predictionType: 'epsilon',
    seed: 5,
    images: [3],
    sampler: 'dpmpp-3m',
    steps: 5,
  } as const;
  const values = (first: number): Float32Array => Float32Array.of(first, -0, 1e-45, Math.PI);
  const multistep: SavedSampling = {
    plan: planSampling(request),
    nextStep: 2,
    x: values(1),
    memory: [values(2), values(3)],
  };
  const changed = (change: (value: { memory?: unknown; nextStep: number }) => void): string => {
    const value = JSON.parse(encodeSampling(multistep));
    change(value);
    return JSON.stringify(value);
  };

  it('keeps every bit, and is absent if the sampler has no memory', () => {
    const back = decodeSampling(encodeSampling(multistep));
    expect(back).toEqual(multistep);
    expect(back.memory?.map((each) => new Uint32Array(each.buffer))).toEqual(
      multistep.memory?.map((each) => new Uint32Array(each.buffer)),
    );
    expect(JSON.parse(encodeSampling(saved))).not.toHaveProperty('memory');
    expect(decodeSampling(encodeSampling(saved))).not.toHaveProperty('memory');
  });

  it.each([
    [
      'that is missing',
      changed((v) => delete v.memory),
      /memory has 0 arrays; expected 2, which sampler "dpmpp-3m" keeps before step 3/,
    ],
    ['of a different step', changed((v) => (v.nextStep = 1)), /memory has 2 arrays; expected 1/],
    [
      'of a sampler that keeps none',
      JSON.stringify({ ...JSON.parse(encodeSampling(saved)), memory: ['AAAAAA=='] }),
      /memory has 1 arrays; expected 0/,
    ],
    [
      'of the wrong size',
      changed((v) => (v.memory = ['AAAAAA==', 'AAAAAA=='])),
      /memory\[0\] has 1 value; expected 4/,
    ],
    ['that is not a list', changed((v) => (v.memory = 'AAAAAA==')), /memory is "AAAAAA=="; expected a list/],
    ['of numbers', changed((v) => (v.memory = [1, 2])), /expected a list of base64/],
    ['that is not base64', changed((v) => (v.memory = ['%', '%'])), /memory\[0\] is not base64/],
    ['with half a float', changed((v) => (v.memory = ['AAAAAAA=', ''])), /memory\[0\] has 5 bytes/],
  ])('%s is refused', (_, text, message) => {
    expect(() => decodeSampling(text)).toThrow(message);
    expect(() => decodeSampling(text)).toThrow(expect.objectContaining({ code: 'SAMPLER_SAVED' }));
  });

  it('counts towards the limit of values', () => {
    const shape = { channels: 1, height: 1024, width: 1024 };
    const images = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
    requireSavable({ ...multistep.plan, shape, images: images(21) });
    expect(() => requireSavable({ ...multistep.plan, shape, images: images(22) })).toThrow(
      'have 23068672 values, and sampler "dpmpp-3m" keeps 2 more arrays of that size; expected at most 67108864',
    );
  });
});
