import type { Denoiser, SavedSampling } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { pointDenoiser, pointSpec } from '../testdata/point-denoiser.ts';
import { createModel, type Model } from './model.ts';

/** A model that records whether it was disposed. */
function modelOf(denoise: Denoiser, sha256: string): Model & { readonly disposed: () => boolean } {
  let disposed = false;
  const model = createModel({
    denoise,
    spec: pointSpec,
    sha256,
    golden: null,
    provider: { name: 'cpu', reason: 'requested' },
    dispose: async () => {
      disposed = true;
    },
  });
  return { ...model, disposed: () => disposed };
}

/** Draws a different class than requested: low for high, and high for low and for "no class". */
const shifted: Denoiser = (x, t, labels) =>
  pointDenoiser(pointSpec)(
    x,
    t,
    labels?.map((label) => (label === 1 ? 0 : 1)),
  );

async function stepsOf(
  model: Model,
  request: Parameters<Model['sample']>[0],
): Promise<{ x: Float32Array; saved: SavedSampling[] }> {
  let x = new Float32Array();
  const saved: SavedSampling[] = [];
  for await (const step of model.sample(request)) {
    x = new Float32Array(step.x);
    saved.push(step.save());
  }
  return { x, saved };
}

describe('createModel with a guide', () => {
  const model = modelOf(pointDenoiser(pointSpec), 'a'.repeat(64));
  const guide = modelOf(shifted, 'b'.repeat(64));
  const request = { seed: 1, count: 2, steps: 6, class: 1, guidance: 1.2, clip: false } as const;

  it('draws guide + g (model - guide), and does not dispose the guide', async () => {
    // ε is affine in the point μ: −0.5 + 1.2 (0.75 + 0.5) = 1.
    const { x } = await stepsOf(model, { ...request, guide });
    // Each step rounds float32 values of order 1, as in model.test.ts.
    for (const value of x) expect(Math.abs(value - 1)).toBeLessThan(2e-6);
    expect(guide.disposed()).toBe(false);
  });

  it('passes the null class to both networks if the request has no class', async () => {
    // Without a class the model draws 0 and the guide 0.75: 0.75 + 1.2 (0 − 0.75) = −0.15.
    const { class: _, ...noClass } = request;
    const { x } = await stepsOf(model, { ...noClass, guide });
    for (const value of x) expect(Math.abs(value - -0.15)).toBeLessThan(2e-6);
  });

  it('saves the hash of the guide, and resumes only with the same guide', async () => {
    const { x, saved } = await stepsOf(model, { ...request, guide, guidanceRescale: 0.5 });
    const from = saved[2] as SavedSampling;
    expect(from).toMatchObject({ model: 'a'.repeat(64), guideModel: 'b'.repeat(64) });
    expect((await stepsOf(model, { from, guide })).x).toEqual(x);
    const refused = expect.objectContaining({ code: 'RUNTIME_REQUEST' });
    const other = modelOf(shifted, 'c'.repeat(64));
    await expect(stepsOf(model, { from, guide: other })).rejects.toThrow(refused);
    await expect(stepsOf(model, { from })).rejects.toThrow('guide is missing; expected the second network');
    const unguided = (await stepsOf(model, request)).saved[2] as SavedSampling;
    await expect(stepsOf(model, { from: unguided, guide })).rejects.toThrow('expected none');
  });

  it('refuses a guide without a guidance scale, and a guide that does not fit the model', async () => {
    const { guidance: _, ...noScale } = request;
    await expect(stepsOf(model, { ...noScale, guide })).rejects.toThrow('without guidance');
    const wrong = { ...guide, spec: { ...pointSpec, image: { channels: 1, height: 1, width: 1 } } };
    await expect(stepsOf(model, { ...request, guide: wrong })).rejects.toThrow('does not fit');
  });

  it('limits the batch size of both networks', async () => {
    const sizes: number[] = [];
    const counted =
      (denoise: Denoiser): Denoiser =>
      (x, t, labels) => {
        sizes.push(t.length);
        return denoise(x, t, labels);
      };
    const { x } = await stepsOf(modelOf(counted(pointDenoiser(pointSpec)), 'a'.repeat(64)), {
      ...request,
      count: 5,
      batchSize: 2,
      guide: modelOf(counted(shifted), 'b'.repeat(64)),
    });
    expect(Math.max(...sizes)).toBe(2);
    expect(x).toEqual((await stepsOf(model, { ...request, count: 5, guide })).x);
  });
});
