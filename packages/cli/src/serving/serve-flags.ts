import type { LogLevel } from '@isonoise/server';
import type { MachineFlags } from '../machine-flags.ts';

/** Options of `serve` as commander passes them; options that were not given are absent. */
export interface ServeFlags extends MachineFlags {
  readonly models: string;
  readonly page: string;
  readonly preload?: readonly string[];
  readonly host: string;
  readonly port: number;
  readonly allowHost?: readonly string[];
  readonly redis?: string;
  readonly bundleOrigin?: string;
  readonly allowOrigin?: readonly string[];
  readonly apiKey?: string;
  readonly maxBatch?: number;
  readonly maxImages?: number;
  readonly budget?: number;
  readonly maxModels?: number;
  readonly timeLimit?: number;
  readonly drain: number;
  readonly logLevel: LogLevel;
  readonly quiet?: boolean;
}
