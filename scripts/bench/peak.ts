import { encodeModel, type ValueInfo } from '@isonoise/onnx';
import { Tensor } from 'onnxruntime-node';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { interleave, type Timing } from './interleave.ts';
import { normals } from './workload.ts';

/** Large enough that a product runs at full speed, small enough for a tenth of a second. */
const SIZE = 2048;

/** Multiply-adds counted as two, as `countFlops` does. */
const PEAK_FLOPS: number = 2 * SIZE ** 3;

function gflops(flops: number, milliseconds: number): number {
  return flops / milliseconds / 1e6;
}

interface Peak {
  /** One product. */
  run(): Promise<unknown>;
  dispose(): Promise<void>;
}

/**
 * What ONNX Runtime's own matrix product reaches, on the threads and under the settings that training has. Both
 * matrices are inputs, as activations and weights are in training: neither can be packed ahead of time.
 */
async function createPeak(threads: number): Promise<Peak> {
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

export interface AgainstPeak {
  /** Milliseconds of a step. */
  readonly step: Timing;
  /** GFLOP/s of the best step. */
  readonly achieved: number;
  /** GFLOP/s of the best products. */
  readonly peak: number;
}

/**
 * A step against the MatMul peak, in turn.
 *
 * Each turn of the peak is as many products as take about as long as a step: on a machine that others use as well, the
 * best of many short times would be one of a quiet moment that no whole step ever met, and the longer the step the worse
 * its share would look.
 *
 * @param flops of one step
 */
export async function againstPeak(
  step: () => Promise<unknown>,
  flops: number,
  { threads, rounds }: { readonly threads: number; readonly rounds: number },
): Promise<AgainstPeak> {
  const peak = await createPeak(threads);
  const first = await interleave({ step, product: peak.run }, { rounds: 1 });
  const products = Math.max(1, Math.round(first.step.best / first.product.best));
  const runPeak = async (): Promise<void> => {
    for (let i = 0; i < products; i++) await peak.run();
  };
  const times = await interleave({ step, peak: runPeak }, { rounds });
  await peak.dispose();
  return {
    step: times.step,
    achieved: gflops(flops, times.step.best),
    peak: gflops(products * PEAK_FLOPS, times.peak.best),
  };
}
