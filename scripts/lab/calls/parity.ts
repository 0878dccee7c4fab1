import type { ProviderName } from '@isonoise/runtime';
import type { Probe } from '../../parity/probe.ts';

export interface OpenProbeRequest {
  /** Where the bundle is, from the page's origin: `/models/mnist`. */
  readonly model: string;
  readonly provider: Extract<ProviderName, 'wasm' | 'webgpu'>;
  readonly threads?: number;
}

type ProbeCalls = {
  readonly [K in keyof Probe as `probe.${K}`]: (
    id: number,
    ...args: Parameters<Probe[K]>
  ) => ReturnType<Probe[K]>;
};

/** Models that are loaded in the page and compared with others. */
export interface ParityCalls extends ProbeCalls {
  /** @returns a number that names it in the other calls, until `probe.close` */
  openProbe(request: OpenProbeRequest): Promise<number>;
}
