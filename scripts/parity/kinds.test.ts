// Compares ONNX Runtime in Node with tfjs, for each kind of model. Both compute the same network independently.
import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { exportBundle } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  cpuSession,
  type SmallModel,
  smallModel,
  smallPatched,
} from '../../packages/export/testdata/small-networks.ts';
import { comparePredictions, compareSeries } from './compare.ts';
import { largestDifference } from './difference.ts';
import type { Probe } from './probe.ts';
import { queryReference } from './reference.ts';
import { BASE, runtimes } from './runtimes.ts';
import { openSurroundings } from './surroundings.ts';

/** Returns a model with classes, but without a null class. */
function withoutNullClass(): SmallModel {
  const model = smallModel({ classes: 2 });
  const names = ['a', 'b', 'c'];
  return { ...model, spec: { ...model.spec, classes: { count: 3, names, nullClass: null } } };
}

const KINDS = {
  'no classes': { model: smallModel() },
  classes: { model: withoutNullClass(), condition: Int32Array.of(0, 1) },
  'classes and the null class': { model: smallModel({ classes: 3 }), condition: Int32Array.of(0, 1) },
  'one class': { model: smallModel({ classes: 1 }), condition: Int32Array.of(0, 0) },
  tags: { model: smallModel({ tags: 3 }), condition: Float32Array.of(1, 0, 0, 0, 1, 0) },
  'one tag': { model: smallModel({ tags: 1 }), condition: Float32Array.of(1, 1) },
  '4 channels, tags': {
    model: smallModel({ channels: 4, tags: 2 }),
    condition: Float32Array.of(1, 0, 0, 1),
  },
  patches: { model: smallPatched(2), condition: Float32Array.of(1, 0, 0, 1) },
  rectangles: { model: smallModel({ fields: { sample_size: [8, 12] } }) },
  variances: { model: smallModel({ variance: 'learned_range' }) },
  'float16 weights in its safetensors': { model: smallModel(), halfWeights: true },
  int8: {
    model: smallModel({ widths: [16, 32], tags: 2 }),
    precision: 'int8',
    halfWeights: true,
    condition: Float32Array.of(1, 0, 0, 1),
  },
} as const;

/** The runtimes add float32 values in different orders. A wrong condition changes a prediction by over 1e-3. */
const TOLERANCE = 2e-5;

describe.each(Object.entries(KINDS))('a model with %s', (_, kind: Kind) => {
  const { model, condition, precision = 'float32', halfWeights } = kind;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'isonoise-parity-'));
    await exportBundle(nodeFiles(folder), {
      ...model,
      precision,
      halfWeights,
      createSession: (onnx) => cpuSession(onnx, 1),
      referenceBackend: 'cpu',
      card: { license: 'apache-2.0' },
      sheet: { count: 1, steps: 1 },
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('gives the same predictions and images in ONNX Runtime and in tfjs, up to rounding', async () => {
    const surroundings = await openSurroundings(folder);
    const { spec } = surroundings.bundle;
    const probes: Probe[] = [];
    try {
      for (const name of [BASE, 'tfjs'] as const)
        probes.push((await runtimes[name].open(surroundings)).probe);
      const [base, tfjs] = probes as [Probe, Probe];
      const reference = await queryReference(base, spec);
      const { x, t, condition: rows } = reference.inputs;

      expect(rows?.slice(0, condition?.length)).toEqual(condition);
      expect(rows?.length).toBe(condition && (condition.length * t.length) / 2);
      const { alone, predictions } = await comparePredictions(tfjs, reference);
      expect(alone).toBe(true);
      expect(predictions).toHaveLength(7);
      for (const { largest } of predictions) expect(largest).toBeLessThan(TOLERANCE);
      expect(await comparePredictions(base, reference)).toMatchObject({ alone: true, predictions: zeros });
      if (rows !== undefined) {
        // Give each image the condition of the next image.
        const width = rows.length / t.length;
        const shifted = rows.map((_row, i) => rows[(i + width) % rows.length] ?? Number.NaN);
        const changed = largestDifference(await base.predict(x, t, shifted), reference.prediction);
        expect(changed > 1e-3).toBe(shifted.some((value, i) => value !== rows[i]));
      }
      const series = { sampler: 'ddim', steps: 3, seeds: 2 } as const;
      expect((await compareSeries(tfjs, series, { reference, spec })).largest).toBeLessThan(TOLERANCE);
    } finally {
      for (const probe of probes) await probe.close();
      await surroundings.close();
    }
  });
});

interface Kind {
  readonly model: SmallModel;
  readonly precision?: 'int8';
  readonly halfWeights?: true;
  /** Condition of the first two images. */
  readonly condition?: Int32Array | Float32Array;
}

const zeros: readonly unknown[] = Array.from({ length: 7 }, () => expect.objectContaining({ largest: 0 }));
