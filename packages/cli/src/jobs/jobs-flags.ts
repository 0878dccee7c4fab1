import type { MachineFlags } from '../machine-flags.ts';

/** Address of the Redis server that `pnpm jobs:start` starts. */
export const DEFAULT_REDIS = 'redis://127.0.0.1:6379';

/** Options of the commands that let workers draw. */
export interface DistributedFlags {
  /** Address of the Redis server. Default: {@link DEFAULT_REDIS}. */
  readonly redis?: string | undefined;
  /** Path of the guide. */
  readonly guide?: string | undefined;
  /** Number of images that a worker draws together. */
  readonly rangeSize?: number | undefined;
  /** Whether all images must come from one kind of processor. */
  readonly sameBits?: boolean | undefined;
  /** Priority of the job. Jobs with a smaller number are drawn first. */
  readonly priority?: number | undefined;
  /** Number of steps after which the state of a range is saved; 0: never. */
  readonly saveEvery?: number | undefined;
}

/** Options of `jobs start` as commander passes them. */
export interface StartFlags {
  readonly redis?: string;
  readonly host: string;
  readonly port: number;
  readonly dir: string;
  readonly memory: string;
  /** Maximum number of unfinished jobs per client; undefined keeps the limit of the store. */
  readonly clientLimit?: number;
  readonly password?: string;
  readonly quiet?: boolean;
}

/** Options of `jobs list` and `jobs cancel` as commander passes them. */
export interface ListFlags {
  readonly redis: string;
  readonly json?: boolean;
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
