import { readFile } from 'node:fs/promises';
import { codeOf } from '@isonoise/error';

/** A process of this machine, told from a later one that gets the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it began, as the system counts it; null if unknown. */
  readonly started: string | null;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: await startOf(process.pid) };
}

/** Whether a process runs; true where that cannot be told from another with its number. */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is such a process, of another user.
    if (codeOf(error) === 'ESRCH') return false;
  }
  const now = await startOf(pid);
  return started === null || now === null || now === started;
}

/** Start time of a process in clock ticks since boot: field 22 of Linux's /proc/pid/stat; null on other systems. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 2, the name in brackets, may itself hold spaces and brackets; field 3 follows the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null;
    throw error;
  }
}
