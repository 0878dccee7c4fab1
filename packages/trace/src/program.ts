import type { Shape } from './layout.ts';

/**
 * What a function asked of tfjs in one run: kernels, their attributes, and what they were run on. Unlike the graph it says
 * nothing about layouts and leaves nothing out, so that runs at two sizes can be compared.
 */
export interface Program {
  /** Size of the dimension that has a name. */
  readonly size: number;
  readonly outputs: readonly ProgramValue[];
}

/** A tensor of a run. */
export interface ProgramValue {
  readonly shape: Shape;
  readonly dtype: string;
  readonly source: Source;
}

/** Where the values of a tensor come from. */
export type Source =
  | { readonly kind: 'input'; readonly name: string }
  /** A tensor that was there before, by tfjs's handle of its data. */
  | { readonly kind: 'outside'; readonly dataId: object }
  /** Numbers that the function gave to tfjs. */
  | { readonly kind: 'constant'; readonly values: ArrayLike<number> }
  | { readonly kind: 'kernel'; readonly call: KernelCall; readonly output: number };

export interface KernelCall {
  readonly kernel: string;
  readonly attrs: object;
  readonly inputs: readonly (readonly [name: string, value: ProgramValue])[];
}
