import type { PackedError } from '@isonoise/error';
import type { BasicCalls } from './basics.ts';
import type { BenchCalls } from './bench.ts';
import type { ModelCalls } from './models.ts';
import type { ParityCalls } from './parity.ts';

/**
 * Every function that Node can call in the page. Each group has a file of types here and a file of functions in
 * `page/`. Arguments and results are values that `wire.ts` can encode. Objects that the page keeps are identified by
 * numbers.
 */
export interface LabCalls extends BasicCalls, BenchCalls, ModelCalls, ParityCalls {}

/** Outcome of a call, as sent back to Node. */
export type LabReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: PackedError };
