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
  /** Further options of the platform. The structured clone algorithm must support them. */
  readonly options: Options;
}

/**
 * Number of steps that a run may post ahead of its consumer. One more step may be computed but not posted.
 */
export const STEPS_AHEAD = 16;

/** Number of steps that the caller requests with one message. */
export const STEPS_GRANTED = 8;

/**
 * Minimum time between two messages with steps, in milliseconds. Steps in between are sent together. Twenty messages
 * a second make previews look continuous. More messages would cost speed, because each one wakes the caller's thread.
 */
export const STEPS_TOGETHER_MS = 50;

/** A message from the caller to the worker. Each call has a unique id, and its replies have the same id. */
export type CallMessage<Options = unknown> = { readonly id: number } & (
  | { readonly kind: 'open'; readonly request: OpenRequest<Options> }
  | {
      readonly kind: 'denoise';
      readonly x: Float32Array;
      readonly t: Float32Array;
      readonly condition?: Condition;
    }
  | { readonly kind: 'sample'; readonly start: SamplingStart; readonly batchSize: number }
  /** For a `sample` call: the caller has consumed this number of steps. */
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
  /** The arrays that the sampler keeps between steps. A saved run contains them. */
  readonly memory: readonly Float32Array[];
}

/**
 * A message from the worker to the caller. Every call except `more` and `stop` ends with one `done` or `failed`
 * message.
 */
export type ReplyMessage = { readonly id: number } & (
  | {
      readonly kind: 'steps';
      /** The next steps of a `sample` call, in order. */
      readonly steps: readonly PostedStep[];
    }
  /** `output` is the output of the network; present only for a `denoise` call. */
  | { readonly kind: 'done'; readonly output?: Float32Array }
  | { readonly kind: 'failed'; readonly error: PackedError }
);
