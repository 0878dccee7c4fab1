import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Shape } from '../layout.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';

/** What tfjs gives a kernel, and what a rule returns for it. */
export interface Signature {
  readonly inputs: object;
  readonly attrs: object;
  readonly output: TracedValue | TracedValue[];
}

/** Inputs by tfjs's types, as the rules see them: in a list, or by name. */
type Traced<I> = I extends readonly TensorInfo[]
  ? readonly TracedValue[]
  : { readonly [N in keyof I as string extends N ? never : N]: TracedValue };

/** A signature by tfjs's types of inputs and attributes. */
export interface Kernel<
  I = Record<never, never>,
  A = Record<never, never>,
  O extends TracedValue | TracedValue[] = TracedValue,
> extends Signature {
  readonly inputs: Traced<I>;
  readonly attrs: Readonly<A>;
  readonly output: O;
}

/** `T` with some of its properties optional: tfjs declares inputs and attributes as required that it leaves out. */
export type Optional<T, K extends keyof T> = Omit<T, K> & { [N in K]?: T[N] | undefined };

/** How one tfjs kernel is written as ONNX nodes. */
export type Rule<S extends Signature> = (
  tracer: Tracer,
  inputs: S['inputs'],
  attrs: S['attrs'],
  kernel: string,
) => S['output'];

/** A rule for each of a family of kernels. */
export type RuleTable<Kernels> = {
  readonly [K in keyof Kernels]: Kernels[K] extends Signature ? Rule<Kernels[K]> : never;
};

/** A value as tfjs's own helpers take tensors, which look at shape and type. */
export function infoOf({ shape, dtype }: TracedValue): TensorInfo {
  return { dataId: {}, shape: [...shape], dtype };
}

/**
 * Axes of `shape`, counted from the front, all of them where none are given.
 * @throws Error an axis outside of the shape, or twice
 */
export function axesOf(axes: number | number[] | null | undefined, shape: Shape): number[] {
  const places = util.parseAxisParam(axes ?? [...shape.keys()], [...shape]);
  if (new Set(places).size === places.length) return places;
  throw new Error(`axes [${axes}] name an axis twice; expected each once`);
}

/** One axis of `shape`, counted from the front. */
export function axisOf(axis: number, shape: Shape): number {
  return util.parseAxisParam(axis, [...shape])[0] as number;
}
