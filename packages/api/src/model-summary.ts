import type { ModelSpec } from '@isonoise/bundle';
import type { ProviderChoice } from '@isonoise/runtime';

/** A model in the response of `GET /v1/models`. */
export interface ModelSummary {
  /** Value of `model` in a request: the folder name. */
  readonly name: string;
  /** Address of the bundle's files, relative to the root of the server, with a trailing slash: `models/mnist/`. */
  readonly url: string;
  readonly spec: ModelSpec;
  /**
   * Guidance scale of requests that have a class or tags but no `guidance`: the scale that the model recommends, or the
   * default of isonoise. 1 for a model that cannot be guided.
   */
  readonly guidance: number;
  /** SHA-256 of the network's file, in lower-case hexadecimal; saved runs of the model contain it. */
  readonly sha256: string;
  /** Size of the whole bundle in bytes. */
  readonly bytes: number;
  /** Provider that runs the model; null until the first request loads it. */
  readonly provider: ProviderChoice | null;
  /** Floating-point operations per image and evaluation. */
  readonly flops: number;
  /** Maximum product of count and network calls per image in one request; guided images count twice. */
  readonly budget: number;
}

/** Response of `GET /v1/models`. */
export interface ModelList {
  readonly models: readonly ModelSummary[];
}
