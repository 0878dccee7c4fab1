import { toSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { pointDenoiser, pointSpec } from '../testdata/point-denoiser.ts';
import { pointModel } from '../testdata/point-model.ts';
import { makeGolden, verifyGolden } from './golden-check.ts';

describe('a golden record', () => {
  const request = {
    seed: 2n ** 64n - 1n,
    sampler: 'ddim',
    steps: 4,
    eta: 0,
    class: 1,
    guidance: 1.1,
  } as const;

  it('passes for the network that created it', async () => {
    const denoise = pointDenoiser(pointSpec);
    const { golden, pixels } = await makeGolden(denoise, pointSpec, request);
    expect(golden.seed).toBe('18446744073709551615');
    expect(golden.image.values).toHaveLength(16);
    expect(golden.image.values).toEqual([...pixels.subarray(0, 16)]);
    const report = await pointModel({ golden: JSON.parse(JSON.stringify(golden)) }).verify();
    expect(report).toMatchObject({ ok: true, prediction: { difference: 0 }, image: { difference: 0 } });
  });

  it.each([
    [{ kind: 'linear', numTrainTimesteps: 100 }, 50],
    [{ kind: 'flow', numTrainTimesteps: 100 }, 51],
    // The network gets T σ, where σ = 3 u / (1 + 2 u) and u = 51/100.
    [{ kind: 'flow', numTrainTimesteps: 100, shift: 3 }, 153 / 2.02],
    // The network gets the angle of (√(1 - σ²), σ) in quarter turns, where σ = sin²(π/4 · 1.02).
    [
      { kind: 'sine', numTrainTimesteps: 100 },
      (2 / Math.PI) * Math.asin(Math.sin((Math.PI / 4) * 1.02) ** 2),
    ],
  ] as const)(
    'by default records the prediction at the time of the middle training timestep of schedule %j',
    async (schedule, t) => {
      const spec = { ...pointSpec, scheduler: toSchedulerConfig(schedule) };
      const times: number[] = [];
      const network = async (x: Float32Array, [time = Number.NaN]: Float32Array): Promise<Float32Array> => {
        times.push(time);
        return x.map((value) => value / 2);
      };
      const sampler = schedule.kind === 'flow' ? 'flow-euler' : 'ddim';
      const { golden } = await makeGolden(network, spec, { seed: 1, sampler, steps: 3 });
      expect(golden.prediction.t).toBeCloseTo(t, 8);
      expect(times[0]).toBe(Math.fround(golden.prediction.t));
      expect(times.slice(1).every((time) => time >= 0 && time <= (schedule.kind === 'sine' ? 1 : 100))).toBe(
        true,
      );
      // Records from earlier versions have different times.
      const older = (await makeGolden(network, spec, { seed: 1, sampler, steps: 3, t: 50 })).golden;
      expect((await verifyGolden(network, spec, older)).ok).toBe(true);
    },
  );

  it('fails for a different network, and for a network that returns NaN', async () => {
    const { golden } = await makeGolden(pointDenoiser(pointSpec), pointSpec, request);
    const exact = pointDenoiser(pointSpec);
    const off = pointModel({
      golden,
      denoise: async (...args) => (await exact(...args)).map((e) => e + 0.001),
    });
    const report = await off.verify();
    expect(report.ok).toBe(false);
    // The network adds 0.001. The remaining error is one rounding of a float32 of order 1.
    expect(report.prediction.difference).toBeCloseTo(0.001, 6);
    const broken = pointModel({ golden, denoise: async (x) => x.map(() => Number.NaN) });
    await expect(broken.verify()).rejects.toMatchObject({ code: 'SAMPLER_NON_FINITE' });
    // Sampling does not visit this timestep, so only the comparison detects the NaN.
    const apart = await makeGolden(exact, pointSpec, { ...request, t: 60 });
    const hidden = pointModel({
      golden: apart.golden,
      denoise: async (x, t, labels) => (t[0] === 60 ? x.map(() => Number.NaN) : exact(x, t, labels)),
    });
    expect(await hidden.verify()).toMatchObject({
      ok: false,
      prediction: { difference: Number.NaN, ok: false },
      image: { difference: 0, ok: true },
    });
  });

  it('cannot be made with an invalid seed', async () => {
    for (const seed of [1e21, '0x10', '', -1]) {
      const made = makeGolden(pointDenoiser(pointSpec), pointSpec, { ...request, seed });
      await expect(made, String(seed)).rejects.toMatchObject({ code: 'RANDOM_SEED' });
    }
  });

  it('is required by verify', async () => {
    await expect(pointModel().verify()).rejects.toThrow(/no golden record/);
  });
});
