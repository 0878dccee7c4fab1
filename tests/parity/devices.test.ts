// Tests devices that may be absent, with a network small enough for a software renderer.
import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportBundle } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cpuSession, smallModel } from '../../packages/export/testdata/small-networks.ts';
import { reasonOfAbsence } from '../../scripts/parity/absent.ts';
import { comparePredictions, compareSeries } from '../../scripts/parity/compare.ts';
import type { Probe } from '../../scripts/parity/probe.ts';
import { NOISE_SEEDS, queryReference, type Reference } from '../../scripts/parity/reference.ts';
import { BASE, runtimes } from '../../scripts/parity/runtimes.ts';
import { openSurroundings, type Surroundings } from '../../scripts/parity/surroundings.ts';

let folder: string;
let surroundings: Surroundings;
let base: Probe;
let reference: Reference;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-devices-'));
  await exportBundle(nodeFiles(folder), {
    ...smallModel({ classes: 3 }),
    createSession: (onnx) => cpuSession(onnx),
    referenceBackend: 'cpu',
    card: { license: 'apache-2.0' },
    sheet: { count: 1, steps: 1 },
  });
  surroundings = await openSurroundings(folder);
  base = (await runtimes[BASE].open(surroundings)).probe;
  reference = await queryReference(base, surroundings.bundle.spec);
});

afterAll(async () => {
  await base?.close();
  await surroundings?.close();
  await rm(folder, { recursive: true });
});

// GPUs sum in different orders and may round exponentials less exactly: WGSL allows 3 + 2|x| units in the last
// place. A grey level is 0.0078. SwiftShader was measured to differ by 2e-6 here, and by 7e-6 with a model of
// MNIST.
const TOLERANCE = 1e-4;

it.each(['node-cuda', 'node-webgpu', 'webgpu'] as const)(
  '%s agrees with the CPU, or is reported as absent',
  async (name) => {
    const opened = await runtimes[name].open(surroundings).catch((error: unknown) => error);
    if (opened instanceof Error) {
      const reason = reasonOfAbsence(opened);
      if (reason === undefined) throw opened;
      console.log(`${runtimes[name].label}: absent: ${reason}`);
      expect(reason).not.toBe('');
      return;
    }
    const { probe } = opened as Awaited<ReturnType<(typeof runtimes)[typeof name]['open']>>;
    try {
      expect(await probe.noise(NOISE_SEEDS)).toBe(reference.noise);
      expect(await probe.verify()).toMatchObject({ ok: true });
      const { predictions } = await comparePredictions(probe, reference);
      const prediction = Math.max(...predictions.map(({ largest }) => largest));
      const task = { reference, spec: surroundings.bundle.spec };
      const { largest: image } = await compareSeries(probe, { sampler: 'ddim', steps: 3, seeds: 1 }, task);
      console.log(`${runtimes[name].label}: largest difference: prediction ${prediction}, image ${image}`);
      expect(prediction).toBeLessThanOrEqual(TOLERANCE);
      expect(image).toBeLessThanOrEqual(TOLERANCE);
    } finally {
      await probe.close();
    }
  },
  240_000,
);
