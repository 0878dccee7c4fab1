// Compares the shipped model in Node and in a real Chromium: noise, predictions and pictures.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { comparePredictions, compareSeries } from '../../scripts/parity/compare.ts';
import { largestDifference, sameBits } from '../../scripts/parity/difference.ts';
import type { Probe } from '../../scripts/parity/probe.ts';
import { NOISE_SEEDS, queryReference, type Reference } from '../../scripts/parity/reference.ts';
import { type RuntimeId, runtimes } from '../../scripts/parity/runtimes.ts';
import { openSurroundings, type Surroundings } from '../../scripts/parity/surroundings.ts';

/** Runtimes that are available wherever the tests run. */
const NAMES = ['node-cpu', 'node-cpu-threads', 'wasm', 'wasm-threads', 'tfjs'] as const;

let surroundings: Surroundings;
let reference: Reference;
const probes = new Map<RuntimeId, Probe>();

beforeAll(async () => {
  surroundings = await openSurroundings('models/mnist');
  for (const name of NAMES) probes.set(name, (await runtimes[name].open(surroundings)).probe);
  reference = await queryReference(probeOf('node-cpu'), surroundings.bundle.spec);
}, 120_000);

afterAll(async () => {
  for (const probe of probes.values()) await probe.close();
  await surroundings?.close();
});

function probeOf(name: RuntimeId): Probe {
  const probe = probes.get(name);
  if (probe === undefined) throw new Error(`${name} is not open`);
  return probe;
}

describe.each(NAMES)('%s', (name) => {
  it('draws the same noise, bit for bit', async () => {
    expect(await probeOf(name).noise(NOISE_SEEDS)).toBe(reference.noise);
  });

  it("passes the bundle's golden record", async () => {
    expect(await probeOf(name).verify()).toMatchObject({ ok: true });
  });
});

/** A prediction computed by numpy in float64: testdata/make_float64.py. */
interface InFloat64 {
  readonly model_sha256: string;
  readonly timesteps: readonly number[];
  readonly class_labels: readonly number[];
  readonly sample: readonly number[];
  readonly prediction: readonly number[];
}

describe('the reference in float64', async () => {
  const file = path.join(import.meta.dirname, 'testdata', 'float64.json');
  const exact: InFloat64 = JSON.parse(await readFile(file, 'utf8'));

  it('was computed from the current model', () => {
    expect(surroundings.bundle.manifest.files['unet/model.onnx']?.sha256).toBe(exact.model_sha256);
  });

  // The error is largest at the lowest noise: 1.3e-6 for ONNX Runtime, in Node and in WASM, and 2.4e-6 for tfjs. A
  // single operator that adds thousands of values one by one would double the error.
  it.each(NAMES)(
    'equals the prediction of %s, even at fractional times, up to the rounding of float32',
    async (name) => {
      const answer = await probeOf(name).predict(
        Float32Array.from(exact.sample),
        Float32Array.from(exact.timesteps),
        Int32Array.from(exact.class_labels),
      );
      const count = answer.length / exact.timesteps.length;
      for (const [i, t] of exact.timesteps.entries()) {
        const errors = exact.prediction
          .slice(i * count, (i + 1) * count)
          .map((value, k) => value - (answer[i * count + k] ?? Number.NaN));
        const rootMeanSquare = Math.hypot(...errors) / Math.sqrt(count);
        expect(rootMeanSquare, `at t = ${t}`).toBeLessThan(name === 'tfjs' ? 4e-6 : 2e-6);
      }
    },
  );
});

describe('several threads in Node', () => {
  it('compute the same bits as one thread', async () => {
    const { x, t, condition } = reference.inputs;
    const answer = await probeOf('node-cpu-threads').predict(x, t, condition);
    expect(sameBits(answer, reference.prediction)).toBe(true);
    const request = { seed: 5, sampler: 'ddim', steps: 10, class: 5, guidance: 1 } as const;
    const { image } = await probeOf('node-cpu-threads').draw(request);
    expect(sameBits(image, (await reference.draw(request)).image)).toBe(true);
  });
});

// WASM kernels sum in a different order and without fused multiply-add. Each float32 sum is off by about 1e-7 of its
// terms. At low noise, the network amplifies its rounding errors together with the noise; a difference of 7e-6 was
// measured.
const PREDICTION_TOLERANCE = 1e-5;

describe.each(['wasm', 'wasm-threads'] as const)('%s against node-cpu', (name) => {
  it('predicts within 1e-5', async () => {
    const { predictions } = await comparePredictions(probeOf(name), reference);
    expect(predictions).toHaveLength(7);
    for (const { largest } of predictions) expect(largest).toBeLessThanOrEqual(PREDICTION_TOLERANCE);
  });
});

describe('wasm against node-cpu', () => {
  const task = () => ({ reference, spec: surroundings.bundle.spec });

  it('draws within 1e-4 in 50 steps: at least 19 of 20 PNG files are equal, and another differs by one level in at most two pixels', async () => {
    // `pnpm parity` draws a hundred images.
    const series = await compareSeries(probeOf('wasm'), { sampler: 'ddim', steps: 50, seeds: 20 }, task());
    expect(series.largest).toBeLessThanOrEqual(1e-4);
    expect(series.pngEqual).toBeGreaterThanOrEqual(19);
    expect(series.levels).toBeLessThanOrEqual(1);
    expect(series.differingInOne).toBeLessThanOrEqual(2);
  }, 300_000);
});

describe('threads in WASM', () => {
  // Several threads split a batch differently, and part of a product may use a kernel that rounds differently.
  it('change predictions only by rounding', async () => {
    const { x, t, condition } = reference.inputs;
    const [one, several] = await Promise.all(
      (['wasm', 'wasm-threads'] as const).map((name) => probeOf(name).predict(x, t, condition)),
    );
    expect(largestDifference(one ?? new Float32Array(0), several ?? new Float32Array(1))).toBeLessThanOrEqual(
      PREDICTION_TOLERANCE,
    );
  });

  // For a guided image, the network is called with two images, and each thread computes whole rows of this batch.
  it('draw a single image within 1e-4 and the same PNG, and a guided image with the same bits', async () => {
    const drawn = (guidance: number) =>
      Promise.all(
        (['wasm', 'wasm-threads'] as const).map((name) =>
          probeOf(name).draw({ seed: 11, sampler: 'ddim', steps: 10, class: 3, guidance }),
        ),
      );
    const [one, several] = await drawn(1);
    if (one === undefined || several === undefined) throw new Error('expected two images');
    expect(largestDifference(one.image, several.image)).toBeLessThanOrEqual(1e-4);
    expect(several.pngSha256).toBe(one.pngSha256);
    const [guided, guidedThere] = await drawn(2);
    expect(sameBits(guidedThere?.image ?? new Float32Array(0), guided?.image ?? new Float32Array(1))).toBe(
      true,
    );
  });
});
