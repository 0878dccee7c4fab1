import type { NodeProviderName, NodeRuntimeOptions } from '@isonoise/runtime-node';

/** Which machine a model runs on, as commander hands it over. */
export interface MachineFlags {
  readonly provider: 'auto' | NodeProviderName;
  readonly threads?: number;
}

export function runtimeOptions({ provider, threads }: MachineFlags): NodeRuntimeOptions {
  return { provider, threads };
}
