// The umbrella package of tfjs registers the gradients of all kernels.
import { type IsonoiseError, isIsonoiseError } from '@isonoise/error';
import '@tensorflow/tfjs';
import { type TensorSpec, trace } from '@isonoise/trace';
import * as tf from '@tensorflow/tfjs-core';
import { createSession, runEager, runSession, type Values } from '../../../tests/support/trace-and-run.ts';
import { type FuzzProgram, functionOf, valuesOf } from './program.ts';

type Plain = (...inputs: tf.Tensor[]) => tf.Tensor[];

/**
 * The values that are compared. `forward` means a program's result. `backward` means the gradients of a weighted sum
 * of the result with respect to every input.
 */
export type Direction = 'forward' | 'backward';

/**
 * Sizes of a named dimension at which results are compared. The tracer itself tries some of these sizes.
 */
const SIZES = [1, 2, 5, 13, 40];

/**
 * Traces a program, runs the graph in ONNX Runtime, and compares the results with those of tfjs on the CPU.
 *
 * @returns the outcome, such as `equal`
 * @throws Error if the results differ, if tfjs rejects a program that was traced, or if the tracer throws an error that
 *   is not expected for these programs
 */
export async function compareProgram(program: FuzzProgram, direction: Direction): Promise<string> {
  const forward = functionOf(program);
  const fn: Plain = direction === 'forward' ? (...inputs) => [forward(...inputs)] : backward(forward);
  const named = program.inputs.some(({ shape }) => shape[0] === null);
  const sizes = named ? SIZES : [1];
  const eager: (Values[] | Error)[] = [];
  for (const size of sizes) eager.push(await eagerly(fn, valuesOf(program, size)));
  const specs = program.inputs.map(
    ({ shape }, i): TensorSpec => ({ name: `x${i}`, shape: shape.map((size) => size ?? 'batch') }),
  );
  const bytes = await trace((...inputs) => fn(...inputs), specs).catch((error: unknown) => {
    if (isIsonoiseError(error)) return error;
    if (eager.some((one) => one instanceof Error)) return error as Error;
    throw error;
  });
  if (isIsonoiseError(bytes) && ['TRACE_RANDOM', 'TRACE_STATE', 'TRACE_SPEC'].includes(bytes.code))
    throw bytes;
  if (bytes instanceof Error) {
    const refused = eager.some((one) => one instanceof Error);
    return refused ? 'rejected, also by tfjs' : `rejected with ${(bytes as IsonoiseError).code}`;
  }
  const failed = eager.find((one) => one instanceof Error);
  if (failed instanceof Error) throw new Error(`tfjs rejects a traced program: ${failed.message}`);
  const session = await createSession(bytes);
  let outcome = 'equal';
  try {
    for (const [i, size] of sizes.entries()) {
      const inputs = valuesOf(program, size);
      const expected = eager[i] as Values[];
      const got = await runSession(session, inputs);
      const unsteady = await unsteadiness(fn, inputs, expected);
      const difference = differenceOf(got, expected, unsteady);
      if (difference === 'unsteady') outcome = 'too unsteady to compare';
      else if (difference !== undefined) throw new Error(`${named ? `at batch ${size}: ` : ''}${difference}`);
    }
  } finally {
    await session.release();
  }
  return outcome;
}

/**
 * Returns a function that computes the gradients of a weighted sum of the results with respect to all inputs. All
 * weights differ, so that parts of the result do not cancel.
 */
const backward =
  (forward: (...inputs: tf.Tensor[]) => tf.Tensor): Plain =>
  (...inputs) =>
    tf.grads((...xs: tf.Tensor[]) => {
      const result = forward(...xs);
      const last = result.shape.at(-1) ?? 1;
      const weights = tf.tensor(Array.from({ length: last }, (_, i) => 0.5 + Math.cos(i)));
      // This term gives every input a gradient that depends on the input.
      const little = xs.reduce((sum, x) => tf.add(sum, tf.mul(tf.sum(tf.square(x)), 0.01)), tf.scalar(0));
      return tf.add(tf.sum(tf.mul(result, result.rank === 0 ? tf.squeeze(weights) : weights)), little);
    })(inputs);

const eagerly = async (fn: Plain, inputs: readonly Values[]): Promise<Values[] | Error> =>
  runEager(fn as never, inputs).catch((error: unknown) => error as Error);

/**
 * Returns how much each result changes if the inputs change by a few units in the last place; Infinity if the run with
 * changed inputs fails.
 */
async function unsteadiness(
  fn: Plain,
  inputs: readonly Values[],
  expected: readonly Values[],
): Promise<number[]> {
  const changes = expected.map(() => 0);
  for (const by of [1 + 4e-7, 1 - 4e-7, 1 + 1e-6]) {
    const moved = inputs.map((input, k) => ({
      ...input,
      values: input.values.map((x, i) => ((i + k) % 3 === 0 ? x * (2 - by) : x * by)),
    }));
    const results = await eagerly(fn, moved);
    for (const [i, { values }] of expected.entries()) {
      const other = results instanceof Error ? [] : (results[i]?.values ?? []);
      const change = Math.max(
        0,
        ...values.map((y, j) => Math.abs(y - (other[j] ?? Number.POSITIVE_INFINITY))),
      );
      changes[i] = Math.max(changes[i] ?? 0, Number.isNaN(change) ? 0 : change);
    }
  }
  return changes;
}

/** Tolerance for float32 sums of up to a few thousand values that are added in a different order. */
const TOLERANCE = 2e-5;
/** Allowed error as a multiple of the change that `unsteadiness` returns. */
const STEADINESS = 50;

function differenceOf(
  got: readonly Values[],
  expected: readonly Values[],
  unsteady: readonly number[],
): string | undefined {
  if (got.length !== expected.length) return `${got.length} results; tfjs has ${expected.length}`;
  let skipped = false;
  for (const [i, { shape, dtype, values }] of expected.entries()) {
    const mine = got[i] as Values;
    if (mine.shape.join() !== shape.join() || mine.dtype !== dtype) {
      return `result ${i} is ${mine.dtype}[${mine.shape}]; tfjs has ${dtype}[${shape}]`;
    }
    const largest = Math.max(1, ...values.filter(Number.isFinite).map(Math.abs));
    const allowed = TOLERANCE * largest + STEADINESS * (unsteady[i] ?? 0);
    if (allowed > 0.02 * largest) {
      skipped = true;
      continue;
    }
    const at = values.findIndex((y, j) => !isNear(mine.values[j] ?? Number.NaN, y, allowed));
    if (at !== -1) return `result ${i} has ${mine.values[at]} at ${at} of [${shape}]; tfjs has ${values[at]}`;
  }
  return skipped ? 'unsteady' : undefined;
}

const isNear = (a: number, b: number, allowed: number): boolean =>
  Object.is(a, b) || Math.abs(a - b) <= allowed;
