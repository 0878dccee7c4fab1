import type { Shape } from './layout.ts';

/**
 * The tfjs calls in one run of a function: kernels, their attributes and their inputs. Unlike a graph, a program has neither
 * layouts nor optimizations, so programs of different sizes can be compared.
 */
export interface Program {
  /** Size of the named dimension in this run. */
  readonly size: number;
  readonly outputs: readonly ProgramValue[];
}

/** A tensor of a run. */
export interface ProgramValue {
  readonly shape: Shape;
  readonly dtype: string;
  readonly source: Source;
}

/** Origin of the values of a tensor. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  /** A tensor made outside the function, identified by tfjs's handle of its data. */
  | { readonly kind: 'outside'; readonly dataId: object }
  /** Numbers that the function passed to tfjs. */
  | { readonly kind: 'constant'; readonly values: ArrayLike<number> }
  | { readonly kind: 'kernel'; readonly call: KernelCall; readonly output: number };

export interface KernelCall {
  readonly kernel: string;
  readonly attrs: object;
  readonly inputs: readonly (readonly [name: string, value: ProgramValue])[];
}
