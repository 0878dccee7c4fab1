import type { NodeProviderName, NodeRuntimeOptions } from '@isonoise/runtime-node';

/** Options of the verbs that run a model, as commander passes them. */
export interface MachineFlags {
  readonly provider: 'auto' | NodeProviderName;
  readonly threads?: number;
}

export function runtimeOptions({ provider, threads }: MachineFlags): NodeRuntimeOptions {
  return { provider, threads };
}
