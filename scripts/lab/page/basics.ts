import { fillNormals, philox4x32 } from '@isonoise/random';
import type { BasicCalls, LabEnvironment } from '../calls/basics.ts';

export const basics: BasicCalls = {
  async environment() {
    const { userAgent, hardwareConcurrency } = navigator;
    return { userAgent, crossOriginIsolated, hardwareConcurrency, adapter: await describeAdapter() };
  },
  async philox(counter, key) {
    return philox4x32(counter, key);
  },
  async normals(count, stream) {
    const out = new Float32Array(count);
    fillNormals(out, stream);
    return out;
  },
};

/** The part of WebGPU that this file uses. TypeScript's DOM library lacks WebGPU. */
interface Gpu {
  requestAdapter(): Promise<{
    readonly info: {
      readonly vendor: string;
      readonly architecture: string;
      readonly isFallbackAdapter: boolean;
    };
  } | null>;
}

async function describeAdapter(): Promise<LabEnvironment['adapter']> {
  const gpu = 'gpu' in navigator ? (navigator.gpu as Gpu) : undefined;
  const adapter = await gpu?.requestAdapter();
  if (!adapter) return null;
  const { vendor, architecture, isFallbackAdapter } = adapter.info;
  return { description: `${vendor}/${architecture}`, fallback: isFallbackAdapter };
}
