/** The part of WebGPU that is asked here; TypeScript's DOM library does not have it. */
interface Gpu {
  requestAdapter(): Promise<GpuAdapter | null>;
}

interface GpuAdapter {
  /** Where browsers had it before it moved to `info`. */
  readonly isFallbackAdapter?: boolean;
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly isFallbackAdapter?: boolean;
  };
}

/** What a page knows of its GPU. */
export interface GpuFacts {
  /** `vendor/architecture`, as much as the browser tells. */
  readonly name: string;
  /** It is a program that computes on the CPU, for tests and as a last resort. */
  readonly isSoftware: boolean;
}

/** @returns the adapter that ONNX Runtime would get, or why there is none */
export async function findGpu(): Promise<GpuFacts | string> {
  if (!('gpu' in navigator)) {
    return isSecureContext
      ? 'this browser has no WebGPU'
      : 'WebGPU is for secure pages only: serve the page with HTTPS, or open it from this computer';
  }
  try {
    const adapter = await (navigator.gpu as Gpu).requestAdapter();
    if (adapter === null) return 'WebGPU found no adapter: no GPU, or one that this browser does not use';
    const { vendor, architecture, isFallbackAdapter = adapter.isFallbackAdapter ?? false } = adapter.info;
    return { name: `${vendor || 'unknown'}/${architecture || 'unknown'}`, isSoftware: isFallbackAdapter };
  } catch (cause) {
    return `WebGPU failed: ${String(cause)}`;
  }
}
