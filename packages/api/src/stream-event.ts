import type { ProviderChoice } from '@isonoise/runtime';
import type { SavedJson } from '@isonoise/sampler';

/**
 * Types of a stream's events. The key is the name in the `event:` line; the `data:` line holds the value as JSON. A
 * stream ends with `result` or `error`. Image values are little-endian float32, `[count, C, H, W]`, in base64.
 */
export interface StreamEvents {
  /** The request was accepted: it is running or queued. */
  readonly begin: {
    readonly id: string;
    readonly provider: ProviderChoice;
    readonly steps: number;
    /** Class index if all images have the same class, else null. */
    readonly class: number | null;
    /** Notes for the caller; usually empty. */
    readonly notes: readonly string[];
  };
  readonly step: {
    /** Number of steps done, from 1. */
    readonly step: number;
    readonly steps: number;
    /** Timestep at which the step started. */
    readonly t: number;
    readonly elapsedMs: number;
    readonly remainingMs: number;
    /** Estimate of the finished images, if this step has a preview. */
    readonly preview?: string;
    /** The run after this step, if the request has `saveEvery`. `POST /v1/resume` resumes it. */
    readonly saved?: SavedJson;
  };
  readonly result: {
    readonly shape: readonly [count: number, channels: number, height: number, width: number];
    readonly values: string;
    readonly elapsedMs: number;
  };
  readonly error: ApiError['error'];
}

export type StreamEventName = keyof StreamEvents;

/** Body of every response that is not a success. */
export interface ApiError {
  readonly error: {
    /** Stable code for programs: `MODEL_NOT_FOUND`, `BODY_INVALID`, `BUDGET_EXCEEDED`, `QUEUE_FULL`, … */
    readonly code: string;
    /** Message for the user: what was found, what was expected, what to do. */
    readonly message: string;
    readonly requestId: string;
  };
}
