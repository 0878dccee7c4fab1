/** The part of WebGPU that this package uses. TypeScript's DOM library does not declare it. */
interface Gpu {
  requestAdapter(): Promise<GpuAdapter | null>;
}

interface GpuAdapter {
  /** Former place of this property, which is now in `info`. */
  readonly isFallbackAdapter?: boolean;
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly isFallbackAdapter?: boolean;
  };
}

/** Properties of the GPU that the browser discloses to a page. */
export interface GpuFacts {
  /** Name in the form `vendor/architecture`, with `unknown` for a part that the browser hides. */
  readonly name: string;
  /** Whether the adapter is software that runs on the CPU. */
  readonly isSoftware: boolean;
}

/** Finds the adapter that ONNX Runtime would use. @returns the adapter, or the reason why there is none */
export async function findGpu(): Promise<GpuFacts | string> {
  if (!('gpu' in navigator)) {
    return isSecureContext
      ? 'this browser does not support it'
      : 'it works only on secure pages; serve the page with HTTPS, or open it at localhost';
  }
  try {
    const adapter = await (navigator.gpu as Gpu).requestAdapter();
    if (adapter === null) return 'no adapter was found; there is no GPU, or the browser does not support it';
    const { vendor, architecture, isFallbackAdapter = adapter.isFallbackAdapter ?? false } = adapter.info;
    return { name: `${vendor || 'unknown'}/${architecture || 'unknown'}`, isSoftware: isFallbackAdapter };
  } catch (cause) {
    return `finding an adapter failed (${String(cause)})`;
  }
}
