import { codeOf } from '@isonoise/error';
import type { JobStore } from './job-store.ts';
import type { JobProgress } from './job-types.ts';

/** Returns the progress of a job; null if it has expired or was removed. */
export async function progressOf(store: JobStore, id: string): Promise<JobProgress | null> {
  try {
    return await store.progress(id);
  } catch (error) {
    if (codeOf(error) === 'JOB_NOT_FOUND') return null;
    throw error;
  }
}

/** Returns the state of a job; `gone` if it has expired or was removed. */
export async function stateOf(store: JobStore, id: string): Promise<JobProgress['state'] | 'gone'> {
  return (await progressOf(store, id))?.state ?? 'gone';
}
