import type { BasicCalls } from './basics.ts';
import type { BenchCalls } from './bench.ts';
import type { ModelCalls } from './models.ts';
import type { ParityCalls } from './parity.ts';

/**
 * Everything that Node can have done in the page: a type here, its functions in `page/`, one file of each for a group.
 * Arguments and results are plain data and typed arrays (`wire.ts`); what is kept between calls is named by a number.
 */
export interface LabCalls extends BasicCalls, BenchCalls, ModelCalls, ParityCalls {}

/** A function's outcome as it crosses. */
export type LabReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly name: string; readonly message: string; readonly code?: string };
