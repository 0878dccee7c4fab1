import { encodeModel, type ValueInfo } from '@isonoise/onnx';
import { Tensor } from 'onnxruntime-node';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { interleave, type Timing } from './interleave.ts';
import { normals } from './workload.ts';

/** Number of rows and of columns of the matrices. Their product reaches full speed, and takes a tenth of a second. */
const SIZE = 2048;

/** Converts a number of operations and a time in milliseconds to GFLOP/s. */
export function gflops(flops: number, milliseconds: number): number {
  return flops / milliseconds / 1e6;
}

/** A matrix product run by ONNX Runtime, in Node or in a page. */
export interface Product {
  /** Operations of one product; a multiply-add counts as two, as in `countFlops`. */
  readonly flops: number;
  /** Computes one product. */
  run(): Promise<unknown>;
  dispose(): Promise<void>;
}

/** Creates an ONNX file for the product of two square matrices, a and b, and values of both matrices. */
export function matMul(size: number): {
  readonly model: Uint8Array;
  readonly feeds: Readonly<Record<'a' | 'b', Float32Array>>;
  readonly flops: number;
} {
  const matrix = (name: string): ValueInfo => ({ name, dataType: 'float32', shape: [size, size] });
  const model = encodeModel({
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
  });
  const feeds = { a: normals(size * size, 0), b: normals(size * size, 1) };
  return { model, feeds, flops: 2 * size ** 3 };
}

/**
 * Creates a matrix product that ONNX Runtime computes with the threads and settings of training. Both matrices are
 * inputs, like activations and weights in training, so ONNX Runtime cannot rearrange either of them in advance.
 */
export async function createProduct(threads: number, size: number = SIZE): Promise<Product> {
  const { model, feeds, flops } = matMul(size);
  const session = await createNodeSession({ provider: 'cpu', threads })(model);
  const tensor = (values: Float32Array): Tensor => new Tensor('float32', values, [size, size]);
  const tensors = { a: tensor(feeds.a), b: tensor(feeds.b) };
  return { flops, run: () => session.run(tensors), dispose: () => session.release() };
}

export interface AgainstPeak {
  /** Times of the steps. */
  readonly step: Timing;
  /** Speed of the best step, in GFLOP/s. */
  readonly achieved: number;
  /** Speed of the matrix products in the best turn, in GFLOP/s. */
  readonly peak: number;
}

/**
 * Measures a step and the MatMul peak in turn.
 *
 * Each turn of the peak runs products for about as long as a step takes. On a shared machine, a shorter turn could
 * fit into a quiet moment that is too short for a step. The share of the peak would then be too small.
 *
 * @param flops operations of one step
 * @param product the product of the peak; the caller disposes of it
 */
export async function againstPeak(
  step: () => Promise<unknown>,
  flops: number,
  { product, rounds }: { readonly product: Pick<Product, 'flops' | 'run'>; readonly rounds: number },
): Promise<AgainstPeak> {
  const first = await interleave({ step, product: product.run }, { rounds: 1 });
  const products = Math.max(1, Math.round(first.step.best / first.product.best));
  const runPeak = async (): Promise<void> => {
    for (let i = 0; i < products; i++) await product.run();
  };
  const times = await interleave({ step, peak: runPeak }, { rounds });
  return {
    step: times.step,
    achieved: gflops(flops, times.step.best),
    peak: gflops(products * product.flops, times.peak.best),
  };
}
