import * as tf from '@tensorflow/tfjs-core';
import type { Values } from '../../../tests/support/trace-and-run.ts';
import { FuzzRandom } from '../random.ts';
import { OPS } from './ops/index.ts';

/** Facts about a value that are known while a program is generated. */
export interface KnownValue {
  /** Shape, with `SAMPLE_SIZE` as the size of the named dimension. */
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Whether the first dimension is the named dimension. */
  readonly batched: boolean;
}

/** One op of a program. */
export interface Step {
  /** Writes the op as code, given the names of its operands. */
  readonly text: (names: readonly string[]) => string;
  /** Indices of its operands in the list of all inputs, followed by the results of all steps. */
  readonly operands: readonly number[];
  readonly run: (tensors: readonly tf.Tensor[]) => tf.Tensor;
  /** Whether the result begins with the named dimension; by default, whether an operand does. */
  readonly batched?: boolean;
}

/** A function of tensors, as data. */
export interface FuzzProgram {
  /** Inputs of the function; null is the named dimension. */
  readonly inputs: readonly { readonly shape: readonly (number | null)[]; readonly isWeight: boolean }[];
  readonly steps: readonly Step[];
  /** Index of the result, in the list that `Step.operands` describes. */
  readonly output: number;
  readonly seed: number;
}

/** Size of the named dimension while programs are generated; no other dimension has this size. */
const SAMPLE_SIZE = 7;

/** Limits on the size and the absolute values of results for later steps. Rounding in larger results hides faults. */
const MAX_SIZE = 4000;
const MAX_VALUE = 40;

const SHAPES: readonly (readonly number[])[] = [
  [],
  [4],
  [3, 4],
  [2, 3, 4],
  [1, 4],
  [4, 1],
  [2, 1, 4],
  [5, 6, 4],
  [4, 4, 2],
  [1, 6, 5, 3],
  [2, 4, 4, 4],
  [3, 3, 4, 2],
];

/** Generates the program of a seed. */
export function programOf(seed: number): FuzzProgram {
  const random = new FuzzRandom(seed);
  const named = random.chance(0.6);
  const inputs = [
    ...Array.from({ length: random.int(1, 2) }, () => {
      const shape = random.pick(SHAPES);
      return { shape: named ? [null, ...shape.slice(0, 3)] : shape, isWeight: false };
    }),
    ...Array.from({ length: random.int(0, 3) }, () => ({ shape: random.pick(SHAPES), isWeight: true })),
  ];
  const steps: Step[] = [];
  const known: KnownValue[] = inputs.map(({ shape }) => ({
    shape: shape.map((size) => size ?? SAMPLE_SIZE),
    dtype: 'float32',
    batched: shape[0] === null,
  }));
  const tensors = tensorsOf(valuesOf({ inputs, seed }, SAMPLE_SIZE));
  const length = random.int(1, 12);
  for (let tries = 0; steps.length < length && tries < 100; tries++) {
    const step = random.pick(OPS)(random, known);
    if (step === undefined) continue;
    const operands = step.operands.map((place) => tensors[place] as tf.Tensor);
    const result = attempt(step, operands);
    // Keep one in five steps that tfjs rejects, as the last step, because the tracer must reject such a step too.
    if (result === undefined && !random.chance(0.2)) continue;
    if (result !== undefined && !isUsable(result)) continue;
    steps.push(step);
    if (result === undefined) break;
    tensors.push(result);
    known.push({
      shape: result.shape,
      dtype: result.dtype,
      batched: step.batched ?? step.operands.some((place) => known[place]?.batched),
    });
  }
  tf.dispose(tensors);
  return { inputs, steps, output: inputs.length + steps.length - 1, seed };
}

function attempt(step: Step, operands: readonly tf.Tensor[]): tf.Tensor | undefined {
  try {
    return tf.tidy(() => step.run(operands));
  } catch {
    return undefined;
  }
}

function isUsable(result: tf.Tensor): boolean {
  return result.size > 0 && result.size < MAX_SIZE && result.dataSync().every((x) => Math.abs(x) < MAX_VALUE);
}

/** Returns values of the inputs for a size of the named dimension. */
export function valuesOf({ inputs, seed }: Pick<FuzzProgram, 'inputs' | 'seed'>, size: number): Values[] {
  return inputs.map(({ shape, isWeight }, i) => {
    const sizes = shape.map((one) => one ?? size);
    const random = new FuzzRandom(seed * 31 + i + (isWeight ? 0 : size * 1009));
    const count = sizes.reduce((product, one) => product * one, 1);
    const values = Array.from({ length: count }, () => Math.fround(random.unit() * 3 - 1.5));
    return { shape: sizes, dtype: 'float32', values };
  });
}

const tensorsOf = (values: readonly Values[]): tf.Tensor[] =>
  values.map(({ values: list, shape }) => tf.tensor([...list], [...shape]));

/** Returns a program as a function. */
export const functionOf =
  ({ steps, output }: FuzzProgram) =>
  (...inputs: tf.Tensor[]): tf.Tensor => {
    const values = [...inputs];
    const needed = neededSteps(steps, inputs.length, output);
    for (const [i, step] of steps.entries()) {
      // Use a placeholder for a step that the result does not need.
      if (!needed.has(inputs.length + i)) values.push(inputs[0] as tf.Tensor);
      else values.push(step.run(step.operands.map((place) => values[place] as tf.Tensor)));
    }
    return values[output] as tf.Tensor;
  };

function neededSteps(steps: readonly Step[], inputs: number, output: number): Set<number> {
  const needed = new Set([output]);
  for (let i = steps.length - 1; i >= 0; i--) {
    if (needed.has(inputs + i)) for (const place of steps[i]?.operands ?? []) needed.add(place);
  }
  return needed;
}

/** Writes a program as code. */
export function textOf({ inputs, steps, output }: FuzzProgram): string {
  const needed = neededSteps(steps, inputs.length, output);
  const names = [
    ...inputs.map(({ isWeight }, i) => `${isWeight ? 'w' : 'x'}${i}`),
    ...steps.map((_, i) => `v${i}`),
  ];
  const lines = [
    ...inputs.map(({ shape }, i) => `${names[i]}: [${shape.map((size) => size ?? "'batch'").join(', ')}]`),
    ...steps.flatMap(({ text, operands }, i) =>
      needed.has(inputs.length + i) ? [`v${i} = ${text(operands.map((place) => names[place] ?? ''))}`] : [],
    ),
    `result: ${names[output]}`,
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}
