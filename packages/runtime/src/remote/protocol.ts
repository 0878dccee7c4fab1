import type { PackedError } from '@isonoise/error';
import type { SamplingStart } from '@isonoise/sampler';
import type { DenoiserContract } from '../contract.ts';
import type { ProviderName } from '../provider.ts';

/** A model to open in its thread. */
export interface OpenRequest<Options = undefined> {
  /** The ONNX file. Transferred: the sender's is gone. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly contract: DenoiserContract;
  readonly provider: ProviderName;
  /** Threads within an operator; ONNX Runtime's own choice where absent. */
  readonly threads?: number | undefined;
  /** What this platform needs besides; plain data. */
  readonly options: Options;
}

/** Steps that a run may be ahead of who takes them; one more may be computed. */
export const STEPS_AHEAD = 8;

/** The caller asks for more steps once so many were taken: fewer messages than one for each. */
export const STEPS_GRANTED = 4;

/**
 * Steps that follow each other within so many milliseconds go over in one message: a message wakes the caller's thread,
 * which may take the core of the model's, and no screen shows them apart.
 */
export const STEPS_TOGETHER_MS = 16;

/** Caller to worker. A call has an id of its own, which its replies carry. */
export type CallMessage<Options = unknown> = { readonly id: number } & (
  | { readonly kind: 'open'; readonly request: OpenRequest<Options> }
  | {
      readonly kind: 'denoise';
      readonly x: Float32Array;
      readonly t: Float32Array;
      readonly labels?: Int32Array;
    }
  | { readonly kind: 'sample'; readonly start: SamplingStart; readonly batchSize: number }
  /** To a `sample` call: steps were taken. */
  | { readonly kind: 'more'; readonly steps: number }
  /** To a `sample` call: no more steps are wanted. */
  | { readonly kind: 'stop' }
  /** Ends everything under way and releases the session. */
  | { readonly kind: 'close' }
);

/** What a step of a `sample` call answers. */
export interface PostedStep {
  readonly x: Float32Array;
  readonly x0: Float32Array;
}

/** Worker to caller. Every call but `more` and `stop` ends with one `done` or `failed`. */
export type ReplyMessage = { readonly id: number } & (
  | {
      readonly kind: 'steps';
      /** The next ones of a `sample` call, in order. */
      readonly steps: readonly PostedStep[];
    }
  | { readonly kind: 'done'; readonly output?: Float32Array }
  | { readonly kind: 'failed'; readonly error: PackedError }
);
