import type { ModelSpec } from '@isonoise/bundle';
import type { ProviderChoice } from '@isonoise/runtime';

/** A model as `GET /v1/models` tells of it. */
export interface ModelSummary {
  /** What `model` in a request says: the folder's name. */
  readonly name: string;
  /** Where the bundle's files are, relative to the server's root, with a slash at its end: `models/mnist/`. */
  readonly url: string;
  readonly spec: ModelSpec;
  /** Bytes of the whole bundle. */
  readonly bytes: number;
  /** What the server runs it on; null until its first request loads it. */
  readonly provider: ProviderChoice | null;
  /** Floating-point operations of one image through the network. */
  readonly flops: number;
  /** The largest product count × steps of one request (guided images count twice). */
  readonly budget: number;
}

/** The answer of `GET /v1/models`. */
export interface ModelList {
  readonly models: readonly ModelSummary[];
}
