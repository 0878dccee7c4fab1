import { readFile } from 'node:fs/promises';
import { codeOf } from '@isonoise/error';

/**
 * Identity of a process on this machine. If the start time is known, the identity stays unique even if the number of the
 * process is reused later.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in the system's units; null if unknown. */
  readonly started: string | null;
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  return { pid: process.pid, started: await startOf(process.pid) };
}

/**
 * Whether a process runs. If the start time is unknown, a later process with the same number is mistaken for
 * it.
 */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM means that the process exists and belongs to a different user.
    if (codeOf(error) === 'ESRCH') return false;
  }
  const now = await startOf(pid);
  return started === null || now === null || now === started;
}

/**
 * Returns the start time in clock ticks since boot: field 22 of /proc/pid/stat on Linux; null on other
 * systems, or if the process does not exist.
 */
async function startOf(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Field 2 is the name in parentheses. The name can contain spaces and parentheses, so field 3 follows the
    // last parenthesis.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null;
    throw error;
  }
}
