import type { MachineFlags } from '../machine-flags.ts';

/** Address of the Redis server that `pnpm jobs:start` starts. */
export const DEFAULT_REDIS = 'redis://127.0.0.1:6379';

/** Options of `jobs start` as commander passes them. */
export interface StartFlags {
  readonly redis?: string;
  readonly host: string;
  readonly port: number;
  readonly dir: string;
  readonly memory: string;
  readonly password?: string;
  readonly quiet?: boolean;
}

/** Options of `worker` as commander passes them. */
export interface WorkerFlags extends MachineFlags {
  readonly redis: string;
  readonly models: string;
  readonly parallel: number;
  readonly batchSize: number;
  readonly lockSeconds: number;
  readonly quiet?: boolean;
}
