import type { PackedError } from '@isonoise/error';
import type { Condition, SamplingStart } from '@isonoise/sampler';
import type { DenoiserContract } from '../contract.ts';
import type { ProviderName } from '../provider-names.ts';

/** A request to open a model in its thread. */
export interface OpenRequest<Options = undefined> {
  /** The ONNX file. Its buffer is transferred and becomes detached in the sender. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly contract: DenoiserContract;
  readonly provider: ProviderName;
  /** Threads within an operator. Default: ONNX Runtime's choice. */
  readonly threads?: number | undefined;
  /** Further options of the platform; they must be structured-cloneable. */
  readonly options: Options;
}

/**
 * Number of steps that a run may post ahead of its consumer. One more step may be computed but not posted.
 */
export const STEPS_AHEAD = 16;

/** The caller requests further steps in groups of this number, to save messages. */
export const STEPS_GRANTED = 8;

/**
 * Steps within this number of milliseconds are sent in one message: twenty messages a second, which previews need to
 * look continuous. A message wakes the caller's thread, which may take the core of the model's thread.
 */
export const STEPS_TOGETHER_MS = 50;

/** A message from caller to worker. Each call has a unique id, which its replies repeat. */
export type CallMessage<Options = unknown> = { readonly id: number } & (
  | { readonly kind: 'open'; readonly request: OpenRequest<Options> }
  | {
      readonly kind: 'denoise';
      readonly x: Float32Array;
      readonly t: Float32Array;
      readonly condition?: Condition;
    }
  | { readonly kind: 'sample'; readonly start: SamplingStart; readonly batchSize: number }
  /** For a `sample` call: the caller consumed this number of steps. */
  | { readonly kind: 'more'; readonly steps: number }
  /** For a `sample` call: the caller needs no more steps. */
  | { readonly kind: 'stop' }
  /** Ends all running calls and releases the session. */
  | { readonly kind: 'close' }
);

/** A step of a `sample` call. */
export interface PostedStep {
  readonly x: Float32Array;
  readonly x0: Float32Array;
  /** The arrays that the sampler keeps. With them, the run can be saved at this step. */
  readonly memory: readonly Float32Array[];
}

/** A message from worker to caller. Every call except `more` and `stop` ends with one `done` or `failed`. */
export type ReplyMessage = { readonly id: number } & (
  | {
      readonly kind: 'steps';
      /** The next steps of a `sample` call, in order. */
      readonly steps: readonly PostedStep[];
    }
  | { readonly kind: 'done'; readonly output?: Float32Array }
  | { readonly kind: 'failed'; readonly error: PackedError }
);
