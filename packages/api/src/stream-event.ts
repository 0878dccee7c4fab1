import type { ProviderChoice } from '@isonoise/runtime';

/**
 * The events of a stream, by the name in its `event:` line; `data:` is this as JSON. A stream ends with `result` or
 * `error`. Values are float32, little-endian, `[count, C, H, W]`, as base64.
 */
export interface StreamEvents {
  /** Accepted: it runs, or waits its turn. */
  readonly begin: {
    readonly id: string;
    readonly provider: ProviderChoice;
    readonly steps: number;
    /** Number of the class, where it is one for all images. */
    readonly class: number | null;
    /** What the caller should know of the request; mostly empty. */
    readonly notes: readonly string[];
  };
  readonly step: {
    /** Steps done, from 1. */
    readonly step: number;
    readonly steps: number;
    /** The timestep that the step started from. */
    readonly t: number;
    readonly elapsedMs: number;
    readonly remainingMs: number;
    /** The estimate of the finished images, where this step has a preview. */
    readonly preview?: string;
  };
  readonly result: {
    readonly shape: readonly [count: number, channels: number, height: number, width: number];
    readonly values: string;
    readonly elapsedMs: number;
  };
  readonly error: ApiError['error'];
}

export type StreamEventName = keyof StreamEvents;

/** The body of every answer that is not a success. */
export interface ApiError {
  readonly error: {
    /** Stable, for programs: `MODEL_NOT_FOUND`, `BODY_INVALID`, `BUDGET_EXCEEDED`, `QUEUE_FULL`, … */
    readonly code: string;
    /** For people: what was asked, what was found, what to do. */
    readonly message: string;
    readonly requestId: string;
  };
}
