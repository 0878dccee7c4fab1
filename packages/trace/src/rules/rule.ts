import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Shape } from '../layout.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';

/** Inputs and attributes of a kernel, and the result of its rule. */
export interface Signature {
  readonly inputs: object;
  readonly attrs: object;
  readonly output: TracedValue | TracedValue[];
}

/** Traced inputs for tfjs's input types: a list, or an object of named values. */
type Traced<I> = I extends readonly TensorInfo[]
  ? readonly TracedValue[]
  : { readonly [N in keyof I as string extends N ? never : N]: TracedValue };

/** A signature from tfjs's types of inputs and attributes. */
export interface Kernel<
  I = Record<never, never>,
  A = Record<never, never>,
  O extends TracedValue | TracedValue[] = TracedValue,
> extends Signature {
  readonly inputs: Traced<I>;
  readonly attrs: Readonly<A>;
  readonly output: O;
}

/** `T` with some properties made optional, because tfjs omits inputs and attributes that its types require. */
export type Optional<T, K extends keyof T> = Omit<T, K> & { [N in K]?: T[N] | undefined };

/** Writes a tfjs kernel as ONNX nodes. */
export type Rule<S extends Signature> = (
  tracer: Tracer,
  inputs: S['inputs'],
  attrs: S['attrs'],
  kernel: string,
) => S['output'];

/** A rule for each kernel of a family. */
export type RuleTable<Kernels> = {
  readonly [K in keyof Kernels]: Kernels[K] extends Signature ? Rule<Kernels[K]> : never;
};

/** A tensor info for tfjs's helpers, which only use shape and type. */
export function infoOf({ shape, dtype }: TracedValue): TensorInfo {
  return { dataId: {}, shape: [...shape], dtype };
}

/**
 * Returns axes of `shape`, counted from the front; all axes if none are given.
 * @throws Error if an axis is out of range or repeated
 */
export function axesOf(axes: number | number[] | null | undefined, shape: Shape): number[] {
  const places = util.parseAxisParam(axes ?? [...shape.keys()], [...shape]);
  if (new Set(places).size === places.length) return places;
  throw new Error(`axes [${axes}] repeat an axis; expected each axis once`);
}

/** One axis of `shape`, counted from the front. */
export function axisOf(axis: number, shape: Shape): number {
  return util.parseAxisParam(axis, [...shape])[0] as number;
}
