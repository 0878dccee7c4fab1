import { type TensorSpec, type TraceOptions, trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import '@tensorflow/tfjs-backend-cpu';

// Stops tfjs from advertising its native backend.
tf.env().set('IS_TEST', true);

/** A tensor that does not belong to a runtime. */
export interface Values {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly values: readonly number[];
}

/** Returns pseudo-random values in [−1.5, 1.5) with a long period: all differ, so that maxima are unique. */
export function values(shape: readonly number[], seed = 1): Values {
  const size = shape.reduce((product, axis) => product * axis, 1);
  let state = (seed * 2654435761) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0; // Numerical Recipes' LCG
    return Math.fround((state / 2 ** 32) * 3 - 1.5);
  };
  return { shape, dtype: 'float32', values: Array.from({ length: size }, next) };
}

export const float32 = (shape: readonly number[], list: readonly number[]): Values => ({
  shape,
  dtype: 'float32',
  values: list,
});
export const int32 = (shape: readonly number[], list: readonly number[]): Values => ({
  shape,
  dtype: 'int32',
  values: list,
});
export const bool = (shape: readonly number[], list: readonly number[]): Values => ({
  shape,
  dtype: 'bool',
  values: list,
});

export type TensorFunction = (...inputs: never[]) => tf.Tensor | readonly tf.Tensor[];

type Plain = (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];

/** Runs a function eagerly on tfjs's cpu backend. */
export async function runEager(fn: TensorFunction, inputs: readonly Values[]): Promise<Values[]> {
  await tf.setBackend('cpu');
  return tf.tidy(() => {
    const tensors = inputs.map(({ values: list, shape, dtype }) => tf.tensor([...list], [...shape], dtype));
    const result = (fn as Plain)(...tensors);
    return [result].flat().map((tensor) => ({
      shape: (tensor as tf.Tensor).shape,
      dtype: (tensor as tf.Tensor).dtype as Values['dtype'],
      values: Array.from((tensor as tf.Tensor).dataSync()),
    }));
  }) as never;
}

/**
 * Traces a function over inputs of these shapes.
 * @returns the graph, and the tfjs kernels that the function ran
 */
export async function traceOver(
  fn: TensorFunction,
  inputs: readonly Values[],
  options: TraceOptions = {},
): Promise<{ bytes: Uint8Array; kernels: Set<string> }> {
  const specs = inputs.map(({ shape, dtype }, i): TensorSpec => ({ name: `x${i}`, shape, dtype }));
  const kernels = new Set<string>();
  const engine = tf.engine();
  const runKernel = engine.runKernel.bind(engine);
  engine.runKernel = (name, ...rest) => {
    kernels.add(name);
    return runKernel(name, ...rest);
  };
  try {
    return { bytes: await trace(fn as Plain, specs, options), kernels };
  } finally {
    engine.runKernel = runKernel;
  }
}

/** Creates a session that rejects graphs whose stated and inferred shapes disagree. */
export async function createSession(bytes: Uint8Array): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    logSeverityLevel: 3,
    intraOpNumThreads: 1,
    extra: { session: { strict_shape_type_inference: '1' } },
  });
}

const ORT_ARRAY = {
  float32: (list: readonly number[]) => Float32Array.from(list),
  int32: (list: readonly number[]) => Int32Array.from(list),
  bool: (list: readonly number[]) => Uint8Array.from(list),
};

/** Runs a graph in ONNX Runtime. The inputs are matched by position. */
export async function runSession(
  session: ort.InferenceSession,
  inputs: readonly Values[],
): Promise<Values[]> {
  const feeds = Object.fromEntries(
    inputs
      .map(({ shape, dtype, values: list }, i): [string, ort.Tensor] => [
        `x${i}`,
        new ort.Tensor(dtype, ORT_ARRAY[dtype](list), shape),
      ])
      .filter(([name]) => session.inputNames.includes(name)),
  );
  const results = await session.run(feeds);
  return session.outputNames.map((name) => {
    const tensor = results[name] as ort.Tensor;
    return {
      shape: tensor.dims,
      dtype: tensor.type as Values['dtype'],
      values: Array.from(tensor.data as Float32Array, Number),
    };
  });
}

/** Traces a function and runs the graph. */
export async function runTraced(
  fn: TensorFunction,
  inputs: readonly Values[],
): Promise<{ outputs: Values[]; bytes: Uint8Array; kernels: Set<string> }> {
  const { bytes, kernels } = await traceOver(fn, inputs);
  const session = await createSession(bytes);
  try {
    return { outputs: await runSession(session, inputs), bytes, kernels };
  } finally {
    await session.release();
  }
}

/** Returns the largest |a − b| / max(1, |b|); Infinity for different lengths. NaN and infinities equal themselves. */
export function largestError(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((largest, x, i) => {
    const y = b[i] as number;
    if (Object.is(x, y) || x === y) return largest;
    const error = Math.abs(x - y) / Math.max(1, Math.abs(y));
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(largest, error);
  }, 0);
}
