import { encodeModel, type ValueInfo } from '@isonoise/onnx';
import { Tensor } from 'onnxruntime-node';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { normals } from './workload.ts';

/** Large enough that a product runs at full speed, small enough for a tenth of a second. */
const SIZE = 2048;

/** Multiply-adds counted as two, as `countFlops` does. */
const PEAK_FLOPS: number = 2 * SIZE ** 3;

/** GFLOP/s of a product of two 2048×2048 matrices that took so long. */
export function peakGflops(milliseconds: number): number {
  return gflops(PEAK_FLOPS, milliseconds);
}

export function gflops(flops: number, milliseconds: number): number {
  return flops / milliseconds / 1e6;
}

export interface Peak {
  /** One product. */
  run(): Promise<unknown>;
  dispose(): Promise<void>;
}

/**
 * What ONNX Runtime's own matrix product reaches, on the threads and under the settings that training has. Both
 * matrices are inputs, as activations and weights are in training: neither can be packed ahead of time.
 */
export async function createPeak(threads: number): Promise<Peak> {
  const matrix = (name: string): ValueInfo => ({ name, dataType: 'float32', shape: [SIZE, SIZE] });
  const session = await createNodeSession({ provider: 'cpu', threads })(
    encodeModel({
      irVersion: 8,
      opsets: { '': 17 },
      producerName: 'isonoise',
      metadata: {},
      graph: {
        name: 'peak',
        nodes: [{ opType: 'MatMul', name: 'MatMul', inputs: ['a', 'b'], outputs: ['c'], attributes: {} }],
        initializers: [],
        inputs: [matrix('a'), matrix('b')],
        outputs: [matrix('c')],
      },
    }),
  );
  const operand = (step: number): Tensor => new Tensor('float32', normals(SIZE * SIZE, step), [SIZE, SIZE]);
  const feeds = { a: operand(0), b: operand(1) };
  return { run: () => session.run(feeds), dispose: () => session.release() };
}
