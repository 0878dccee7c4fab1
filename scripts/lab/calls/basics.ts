import type { NoiseStream, PhiloxCounter, PhiloxKey } from '@isonoise/random';

/** Calls that do not need a model: the page's environment, and random numbers. */
export interface BasicCalls {
  environment(): Promise<LabEnvironment>;
  /** Returns raw words of the generator. */
  philox(counter: PhiloxCounter, key: PhiloxKey): Promise<Uint32Array>;
  normals(count: number, stream: NoiseStream): Promise<Float32Array>;
}

export interface LabEnvironment {
  readonly userAgent: string;
  readonly crossOriginIsolated: boolean;
  readonly hardwareConcurrency: number;
  /** WebGPU adapter; null if the browser does not offer one. */
  readonly adapter: { readonly description: string; readonly fallback: boolean } | null;
}
