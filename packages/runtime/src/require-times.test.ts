import type { ModelSpec } from '@isonoise/bundle';
import { type Denoiser, decodeSampling, encodeSampling } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { pointSpec } from '../testdata/point-denoiser.ts';
import { createModel, type Model } from './model.ts';

const newSpec: ModelSpec = pointSpec;
const oldSpec: ModelSpec = { ...pointSpec, fractionalTimes: undefined };

/** A network whose output depends on the timestep. It records the timesteps that it gets. */
function modelOf(spec: ModelSpec, seen: number[] = []): Model {
  const denoise: Denoiser = async (x, t) => {
    seen.push(t[0] as number);
    return x.map((value) => value * Math.cos(t[0] as number));
  };
  const provider = { name: 'cpu', reason: 'requested' } as const;
  return createModel({ denoise, spec, golden: null, provider, dispose: async () => {} });
}

type Request = Parameters<Model['sample']>[0];

async function run(model: Model, request: Request): Promise<{ x: Float32Array; middle: string }> {
  let [x, middle] = [new Float32Array(), ''];
  for await (const step of model.sample(request)) {
    x = new Float32Array(step.x);
    if (step.step === 3) middle = encodeSampling(step.save());
  }
  return { x, middle };
}

const karras: Request = { seed: 1, steps: 6, sampler: 'dpmpp-2m', spacing: 'karras' };
const refused = expect.objectContaining({
  code: 'RUNTIME_REQUEST',
  message: expect.stringMatching(
    /got the fractional timestep \d+\.\d+; expected whole timesteps, because the graph of .* was exported by .*export-onnx/,
  ),
});

describe('a model from an older exporter', () => {
  it('refuses fractional times, and draws with whole times', async () => {
    await expect(run(modelOf(oldSpec), karras)).rejects.toThrow(refused);
    await expect(run(modelOf(oldSpec), { ...karras, spacing: [50.5, 0], steps: 2 })).rejects.toThrow(refused);
    const whole: Request = { ...karras, spacing: 'trailing' };
    expect((await run(modelOf(oldSpec), whole)).x).toEqual((await run(modelOf(newSpec), whole)).x);
  });

  it('refuses a saved run with fractional times', async () => {
    const { middle } = await run(modelOf(newSpec), karras);
    await expect(run(modelOf(oldSpec), { from: decodeSampling(middle) })).rejects.toThrow(refused);
  });

  it('cannot be the guide of a run with fractional times', async () => {
    const request: Request = { ...karras, guidance: 2, guide: modelOf(oldSpec) };
    await expect(run(modelOf(newSpec), request)).rejects.toThrow(refused);
  });
});

describe('a model that supports fractional times', () => {
  it('gets fractional times as float32', async () => {
    const seen: number[] = [];
    await run(modelOf(newSpec, seen), { ...karras, spacing: [90.1, 45.25, 0], steps: 3 });
    expect(seen).toEqual([Math.fround(90.1), 45.25, 0]);
  });

  it('resumes a saved run with bit-identical results', async () => {
    const { x, middle } = await run(modelOf(newSpec), karras);
    expect((await run(modelOf(newSpec), { from: decodeSampling(middle) })).x).toEqual(x);
  });
});
