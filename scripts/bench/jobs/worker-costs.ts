import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type JobProcesses, RANGE_SIZE } from './processes.ts';

/** Processor times of a worker with one thread. Other work on the machine hardly changes them. */
export interface WorkerCosts {
  /** Seconds for a range. */
  readonly range: number;
  /** Seconds that the process uses from its start to the beginning of its first range. */
  readonly start: number;
}

/** Measures a new worker. @param ranges number of ranges that the worker draws after its first one */
export async function measureWorker(processes: JobProcesses, ranges: number): Promise<WorkerCosts> {
  await processes.setWorkers(0);
  const first = processes.job(RANGE_SIZE);
  while ((await processes.client.queued()).waiting === 0) await pause(50);
  const [worker] = await processes.setWorkers(1);
  await first;
  if (worker === undefined) throw new Error('bench: no worker was started; expected one');
  const { pid } = worker.process;
  const begun = processorSeconds(pid);
  await processes.job(ranges * RANGE_SIZE);
  const range = (processorSeconds(pid) - begun) / ranges;
  return { range, start: begun - range };
}

/** Number of clock ticks per second in /proc on Linux. */
const TICKS = 100;

/** Returns the processor time that all threads of a process have used so far, from /proc of Linux. */
function processorSeconds(pid: number): number {
  // The name of the program is in brackets and may contain spaces. Fields 14 and 15, counted from 1, are utime and
  // stime.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
