import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type TensorSpec, trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { allCases } from '../../packages/trace/src/rules/all.cases.ts';
import { classifier, descend, lossAndGradients, smallUNet } from '../support/models.ts';
import { traceOver, type Values } from '../support/trace-and-run.ts';

/** Python commands that may have the onnx module. */
const candidates = ['python3', '/usr/bin/python3'];
const python = candidates.find((name) => spawnSync(name, ['-c', 'import onnx']).status === 0);

const script = fileURLToPath(new URL('check.py', import.meta.url));

/** Writes graphs of every kind into a folder. @returns their number */
async function writeGraphs(folder: string): Promise<number> {
  let count = 0;
  const write = (name: string, bytes: Uint8Array): void => {
    writeFileSync(
      join(folder, `${String(count++).padStart(4, '0')}-${name.replace(/[^\w.-]+/g, '_').slice(0, 80)}.onnx`),
      bytes,
    );
  };
  // 1. Every case of every rule
  for (const table of allCases) {
    for (const [kernel, cases] of Object.entries(table)) {
      for (const { what, run, inputs } of cases)
        write(`${kernel}-${what}`, (await traceOver(run, inputs)).bytes);
    }
  }
  // 2. Whole models: inference for any batch, gradients, training steps
  for (const model of [classifier, smallUNet]) {
    const inputs: Values[] = [...model.weights, ...model.data(2)];
    write(`${model.name}-gradients`, (await traceOver(lossAndGradients(model) as never, inputs)).bytes);
    write(`${model.name}-steps`, (await traceOver(descend(model, 2, 0.1) as never, inputs)).bytes);
  }
  const specs: TensorSpec[] = smallUNet.data(1).map(({ shape, dtype }, i) => ({
    name: `x${i}`,
    shape: ['batch', ...shape.slice(1)],
    dtype,
  }));
  const weights = smallUNet.weights.map(({ values, shape }) => ({ values: [...values], shape: [...shape] }));
  const predict = (...data: tf.Tensor[]): tf.Tensor =>
    smallUNet.forward(
      weights.map(({ values, shape }) => tf.tensor(values, shape)),
      data,
    );
  write('unet-any-batch', await trace(predict, specs));
  return count;
}

describe('onnx.checker', () => {
  if (python === undefined) {
    const absent = `absent: none of ${candidates.join(', ')} has the Python module onnx (Debian: python3-onnx)`;
    it(absent, () => {
      console.warn(`onnx.checker: ${absent}`);
    });
    return;
  }
  it('accepts every graph that we write, with full_check', { timeout: 300_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onnx-checker-'));
    try {
      const count = await writeGraphs(folder);
      const report = JSON.parse(execFileSync(python, [script, folder], { encoding: 'utf8' })) as {
        readonly models: number;
        readonly complaints: readonly (readonly [string, string])[];
      };
      expect(report.complaints).toEqual([]);
      expect(report.models).toBe(count);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
