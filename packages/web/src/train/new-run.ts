import type { Dataset } from '@isonoise/data';
import type { DataRecord } from '@isonoise/train';
import { runsInUse, withRunLock } from './run-lock.ts';
import { freeName, type RunRecord } from './run-record.ts';
import type { RunFiles, RunStorage } from './run-storage.ts';

/**
 * Calls `act` with a name that no other run has, while holding the lock on it. If two tabs begin runs of one name at the
 * same time, the second one gets the next free name.
 *
 * @param locks `navigator.locks`; undefined on pages without HTTPS
 */
export async function withNewName(
  locks: Pick<LockManager, 'request' | 'query'> | undefined,
  runs: Pick<RunStorage, 'list'>,
  preferred: string,
  act: (name: string) => Promise<void>,
): Promise<void> {
  const refused: string[] = [];
  for (;;) {
    const name = freeName(preferred, [...(await runs.list()), ...(await runsInUse(locks)), ...refused]);
    const actIfNew = async (): Promise<boolean> => {
      // Another tab may have begun and paused a run of this name since the names were read.
      if ((await runs.list()).includes(name)) return false;
      await act(name);
      return true;
    };
    if (await withRunLock(locks, name, actIfNew, () => false)) return;
    refused.push(name);
  }
}

export interface NewRun {
  readonly record: RunRecord;
  readonly data: DataRecord;
  /** Images to store; null for those that come with the page. */
  readonly images: Dataset | null;
}

/**
 * Stores a new run. If that fails, removes the stored files, because a run without a record is not listed and could not
 * be deleted.
 *
 * @throws the errors of the storage
 */
export async function storeNewRun(
  runs: Pick<RunStorage, 'remove'>,
  files: Pick<RunFiles, 'writeImages' | 'writeDataRecord' | 'writeRecord'>,
  { record, data, images }: NewRun,
): Promise<void> {
  // A tab that was closed too early may have left files without a record.
  await runs.remove(record.name);
  try {
    if (images !== null) await files.writeImages(images);
    await files.writeDataRecord(data);
    await files.writeRecord(record);
  } catch (error) {
    // The first error is reported.
    await runs.remove(record.name).catch(() => {});
    throw error;
  }
}
