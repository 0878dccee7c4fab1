import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import type { Denoiser } from './denoiser.ts';
import { countPlanCalls } from './guided-network.ts';
import { planRows } from './plan-rows.ts';
import { sample } from './sample.ts';
import { planSampling, type SampleRequest } from './sample-request.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';
import type { SavedSampling } from './saved-sampling.ts';

const request: SampleRequest = {
  shape: { channels: 1, height: 2, width: 2 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'epsilon',
  seed: 5,
  images: 2,
  sampler: 'heun',
  steps: 8,
  spacing: 'trailing',
  classLabels: [0, 1],
  nullClass: 2,
};

/** A network whose output is not linear, so that guidance changes each image. */
const network =
  (strength: number, seen: number[] = []): Denoiser =>
  async (x, t, labels) => {
    seen.push(t.length);
    return x.map(
      (value, i) => Math.tanh(strength * value + (labels?.[i >> 2] ?? 0) / 4) + (t[i >> 2] ?? 0) / 4000,
    );
  };

async function all(
  asked: Parameters<typeof sample>[1],
  denoise: Denoiser = network(0.75),
): Promise<{ x: Float32Array; saved: SavedSampling[] }> {
  let x = new Float32Array();
  const saved: SavedSampling[] = [];
  for await (const step of sample(denoise, asked)) {
    x = new Float32Array(step.x);
    saved.push(decodeSampling(encodeSampling(step.save())));
  }
  return { x, saved };
}

describe('guidance in an interval', () => {
  // σ/α of the linear schedule is 0.5 at timestep 128 and 3 at timestep 480. The 8 steps start at 999, 874, … 124. `heun`
  // calls the network at the start and at the end of each step, but not at the end of the last step.
  const guidanceInterval = [0.5, 3] as const;

  it('doubles only the calls inside the interval', async () => {
    const plan = planSampling({ ...request, guidance: 2, guidanceInterval });
    const rows = planRows(plan);
    const seen: number[] = [];
    await all({ ...request, guidance: 2, guidanceInterval }, network(0.75, seen));
    const expected = rows.flatMap(({ at }) => {
      if (at === null) return [];
      const ratio = at.sigma / at.alpha;
      return [ratio > 0.5 && ratio <= 3 ? 4 : 2];
    });
    expect(new Set(expected)).toEqual(new Set([2, 4]));
    expect(seen).toEqual(expected);
    const passes = seen.reduce((sum, images) => sum + images, 0) / 2;
    expect(countPlanCalls(plan, rows)).toEqual({ network: passes, guide: 0 });
  });

  it('equals full guidance if it contains all levels, and no guidance if it contains none', async () => {
    const everywhere = await all({ ...request, guidance: 2 });
    const none = await all(request);
    expect((await all({ ...request, guidance: 2, guidanceInterval: [0, null] })).x).toEqual(everywhere.x);
    expect((await all({ ...request, guidance: 2, guidanceInterval: [1e6, 1e7] })).x).toEqual(none.x);
    expect((await all({ ...request, guidance: 2, guidanceInterval })).x).not.toEqual(everywhere.x);
  });
});

describe('guidance by a second network', () => {
  const { classLabels: _, nullClass: __, ...unconditional } = request;
  const guided = { guidance: 2, guidedBy: 'network' } as const;

  it('draws the same images as one network with the combined output, with and without classes', async () => {
    const combined: Denoiser = async (x, t, labels) => {
      const [model, guide] = [await network(0.75)(x, t, labels), await network(0.5)(x, t, labels)];
      return model.map((value, i) => (guide[i] as number) + 2 * (value - (guide[i] as number)));
    };
    for (const base of [request, unconditional]) {
      const { x } = await all({ ...base, ...guided, guide: network(0.5) });
      expect(x).toEqual((await all(base, combined)).x);
      expect(x).not.toEqual((await all(base)).x);
    }
  });

  it('has no effect with scale 1, and uses only the output of the guide with scale 0', async () => {
    const guide = network(0.5);
    expect((await all({ ...request, ...guided, guidance: 1, guide })).x).toEqual((await all(request)).x);
    expect((await all({ ...request, ...guided, guidance: 0, guide })).x).toEqual(
      (await all(request, guide)).x,
    );
  });

  it('counts the calls of both networks', async () => {
    const [ofModel, ofGuide]: [number[], number[]] = [[], []];
    const asked = { ...request, ...guided, guidanceInterval: [0.5, 3] as const };
    await all({ ...asked, guide: network(0.5, ofGuide) }, network(0.75, ofModel));
    const plan = planSampling(asked);
    expect(countPlanCalls(plan, planRows(plan))).toEqual({ network: ofModel.length, guide: ofGuide.length });
    expect(ofModel).toHaveLength(15);
    expect(ofGuide.length).toBeGreaterThan(0);
    expect(ofGuide.length).toBeLessThan(15);
  });

  it('requires a guide; runs without such guidance refuse a guide', async () => {
    const refused = expect.objectContaining({ code: 'SAMPLER_REQUEST' });
    await expect(all({ ...request, ...guided })).rejects.toThrow(refused);
    await expect(all({ ...request, guide: network(0.5) })).rejects.toThrow(refused);
  });
});

describe('a saved guided run', () => {
  it('gives the same bits when resumed after any step', async () => {
    const asked = {
      ...request,
      guidance: 3,
      guidedBy: 'network',
      guidanceRescale: 0.7,
      guidanceInterval: [0.5, 20],
      sampler: 'dpmpp-2m',
      guideModel: 'ab'.repeat(32),
    } as const;
    const guide = network(0.5);
    const { x, saved } = await all({ ...asked, guide });
    for (const from of saved.slice(0, -1)) {
      expect(from.guideModel).toBe(asked.guideModel);
      expect((await all({ from, guide })).x).toEqual(x);
    }
  });

  it('is read with defaults for missing fields', async () => {
    const { x, saved } = await all({ ...request, guidance: 2 });
    const file = JSON.parse(encodeSampling(saved[2] as SavedSampling)) as { plan: object };
    const {
      guidedBy: _,
      guidanceRescale: __,
      guidanceInterval: ___,
      ...plan
    } = file.plan as Record<string, unknown>;
    const from = decodeSampling(JSON.stringify({ ...file, plan }));
    expect(from.plan).toMatchObject({ guidedBy: 'noClass', guidanceRescale: 0, guidanceInterval: null });
    expect((await all({ from })).x).toEqual(x);
  });

  it('is refused with a field out of range', () => {
    const { plan, ...rest } = JSON.parse(
      encodeSampling({
        plan: planSampling({ ...request, guidance: 2 }),
        nextStep: 0,
        x: new Float32Array(8),
      }),
    ) as { plan: object };
    for (const wrong of [
      { guidedBy: 'model' },
      { guidanceRescale: 2 },
      { guidanceRescale: '0' },
      { guidanceInterval: [2, 1] },
    ]) {
      const text = JSON.stringify({ ...rest, plan: { ...plan, ...wrong } });
      expect(() => decodeSampling(text)).toThrow(Object.keys(wrong)[0]);
    }
    const guideModel = 'ab'.repeat(32);
    expect(() => decodeSampling(JSON.stringify({ ...rest, plan, guideModel }))).toThrow(
      'the plan is not guided by a second network',
    );
  });
});

describe('planSampling', () => {
  it('refuses options of guidance without a scale, and values out of range', () => {
    const refused = (part: Partial<SampleRequest>): void =>
      expect(() => planSampling({ ...request, ...part })).toThrow(
        expect.objectContaining({ code: 'SAMPLER_REQUEST' }),
      );
    refused({ guidanceRescale: 0.7 });
    refused({ guidanceInterval: [0.2, 3] });
    refused({ guidedBy: 'network' });
    refused({ guidance: 2, guidanceRescale: 1.5 });
    refused({ guidance: 2, guidanceRescale: -0 });
    refused({ guidance: 2, guidanceInterval: [3, 0.2] });
    expect(planSampling({ ...request, guidance: 1, guidanceRescale: 0.7 }).guidanceRescale).toBe(0.7);
  });
});
