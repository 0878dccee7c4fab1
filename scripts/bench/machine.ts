import os from 'node:os';
import { env } from 'onnxruntime-node';

/** The machine on which numbers were measured. */
export interface Machine {
  readonly cpu: string;
  /** Number of cores that this process can use. */
  readonly cores: number;
  readonly memoryGiB: number;
  /** Operating system and architecture. */
  readonly platform: string;
  readonly node: string;
  readonly onnxruntime: string;
}

export function describeMachine(): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()} ${os.arch()}`,
    node: process.version,
    onnxruntime: env.versions.node ?? env.versions.common,
  };
}

/** Average number of runnable processes in the last minute; 0 on systems that do not report it. */
export function loadAverage(): number {
  return Number((os.loadavg()[0] ?? 0).toFixed(2));
}
