import type { NoiseStream, PhiloxCounter, PhiloxKey } from '@isonoise/random';

/** What the page is, and the numbers that need no model. */
export interface BasicCalls {
  environment(): Promise<LabEnvironment>;
  /** Words of the generator itself. */
  philox(counter: PhiloxCounter, key: PhiloxKey): Promise<Uint32Array>;
  normals(count: number, stream: NoiseStream): Promise<Float32Array>;
}

export interface LabEnvironment {
  readonly userAgent: string;
  readonly crossOriginIsolated: boolean;
  readonly hardwareConcurrency: number;
  /** null where the browser offers no adapter. */
  readonly adapter: { readonly description: string; readonly fallback: boolean } | null;
}
