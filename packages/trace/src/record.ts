import type { ValueInfo } from '@isonoise/onnx';
import * as tf from '@tensorflow/tfjs-core';
import type { TraceBackend } from './backend.ts';
import { explainTfjsError, traceError } from './errors.ts';
import { guardRandomness } from './guard-randomness.ts';
import { guardState } from './guard-state.ts';
import { Overrides } from './overrides.ts';
import type { Program } from './program.ts';
import type { TensorSpec, TraceOptions } from './spec.ts';
import type { Tracer } from './tracer.ts';
import type { TracedValue } from './value.ts';

/** A tfjs function of tensors. */
export type TraceableFunction = (...inputs: tf.Tensor[]) => tf.Tensor | readonly tf.Tensor[];

/** One run of a function. */
export interface Recording {
  readonly tracer: Tracer;
  readonly inputs: readonly ValueInfo[];
  readonly results: readonly TracedValue[];
  readonly program: Program;
}

/**
 * Runs a function on a recording backend. Tensors and variables of tfjs are the same before and after, even if the
 * function throws.
 *
 * @param size size of the named dimension
 * @param isFirst whether this is the first run. If the first run draws random numbers, it is refused only at its end,
 *   because the numbers may be for variables that it makes
 * @throws IsonoiseError if the run cannot be recorded as a graph; the errors of the function
 */
export function record(
  backend: TraceBackend,
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions,
  size: number,
  isFirst: boolean,
): Recording {
  backend.begin();
  const { refusals } = backend;
  const overrides = new Overrides();
  const made = guardState(overrides, backend);
  try {
    guardRandomness(overrides, refusals, isFirst);
    const recordings: Recording[] = [];
    tf.tidy(() => void recordings.push(run(fn, specs, options, size, backend)));
    refusals.check();
    return recordings[0] as Recording;
  } catch (error) {
    refusals.check();
    throw explainTfjsError(error);
  } finally {
    overrides.restore();
    made.dispose();
    backend.variables.endRun();
  }
}

/** Runs the function over named inputs. */
function run(
  fn: TraceableFunction,
  specs: readonly TensorSpec[],
  options: TraceOptions,
  symbolicSize: number,
  backend: TraceBackend,
): Recording {
  const { tracer } = backend;
  const { recorder } = tracer;
  recorder.reserve([...specs.map(({ name }) => name), ...(options.outputNames ?? [])]);
  const inputs = specs.map(({ name, shape, dtype = 'float32' }): ValueInfo & { shape: number[] } => ({
    name,
    dataType: dtype,
    shape: shape.map((size) => (typeof size === 'string' ? symbolicSize : size)),
  }));
  const tensors = inputs.map(({ name, shape }, i) => {
    const spec = specs[i] as TensorSpec;
    const value = tracer.computed(shape, spec.dtype ?? 'float32', recorder.input(name, shape, spec.values));
    const { dataId, dtype } = backend.adopt(value, { kind: 'input', name });
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
  });
  const returned = fn(...tensors);
  const results: readonly unknown[] = Array.isArray(returned) ? returned : [returned];
  if (results.length === 0 || !areTensors(results)) {
    // The promise will reject, because its tensors no longer exist. An unhandled rejection would end the process.
    for (const result of results) if (result instanceof Promise) result.catch(() => undefined);
    throw traceError(
      'TRACE_SPEC',
      `trace: the function returned ${results.map(kindOf).join(', ') || 'no tensors'}; expected a tensor or an array of ` +
        'tensors (not a promise). Return tensors.',
    );
  }
  return {
    tracer,
    inputs,
    results: results.map((result) => backend.tracedValue(result)),
    program: { size: symbolicSize, outputs: results.map((result) => backend.programValue(result)) },
  };
}

const areTensors = (results: readonly unknown[]): results is readonly tf.Tensor[] =>
  results.every((result) => result instanceof tf.Tensor);

function kindOf(value: unknown): string {
  if (value instanceof tf.Tensor) return 'a tensor';
  return value instanceof Promise ? 'a promise' : value === null ? 'null' : typeof value;
}
