import { type NamedAttrMap, util } from '@tensorflow/tfjs-core';
import type { Shape } from '../layout.ts';
import type { Tracer } from '../tracer.ts';
import type { TracedValue } from '../value.ts';

/** Inputs of a kernel by tfjs's names. */
export type RuleInputs = Readonly<Record<string, TracedValue>>;

/** How one tfjs kernel is written as ONNX nodes. */
export type Rule = (
  tracer: Tracer,
  inputs: RuleInputs,
  attrs: NamedAttrMap,
  kernel: string,
) => TracedValue | TracedValue[];

/** Rules by kernel name. */
export type RuleTable = Readonly<Record<string, Rule>>;

/** An input that the kernel always has. */
export function input(inputs: RuleInputs, name: string): TracedValue {
  const value = inputs[name];
  if (value === undefined) throw new Error(`trace: the kernel was run without its input ${name}`);
  return value;
}

/** One axis of `shape`, counted from the front. */
export function axisOf(axis: unknown, shape: Shape): number {
  return util.parseAxisParam(axis as number, [...shape])[0] as number;
}
