import { codeOf } from '@isonoise/error';
import { checkpointStep, checkpointSteps } from '@isonoise/train';
import type { RunFiles } from './run-storage.ts';

/**
 * A run whose checkpoint stays in memory if the storage is full, so that the trained network is not lost. A snapshot of
 * averages that does not fit is left out, because the page exports an average that checkpoints contain. The next
 * checkpoint then shows whether there is room for the network.
 */
export interface RescuedRun extends RunFiles {
  /** The step of the checkpoint that is only in memory; null if there is none. */
  unsavedStep(): number | null;
  /**
   * Stores the checkpoint that is only in memory, if there is one. After a failure, it stays in memory.
   *
   * @throws `RUN_STORAGE_FULL` or `RUN_STORAGE_UNAVAILABLE` if it still cannot be stored
   */
  saveAgain(): Promise<void>;
}

export function rescuedRun(run: RunFiles): RescuedRun {
  const stored = run.checkpoints;
  /** Contains the latest checkpoint, by name, if the storage was too full for it; otherwise empty. */
  const unsaved = new Map<string, Uint8Array>();
  async function put(name: string, bytes: Uint8Array): Promise<void> {
    const isCheckpoint = checkpointStep(name) !== null;
    if (isCheckpoint) unsaved.clear();
    try {
      await stored.put(name, bytes);
    } catch (error) {
      const isFull = codeOf(error) === 'RUN_STORAGE_FULL';
      if (isFull && !isCheckpoint) return;
      if (isFull) unsaved.set(name, bytes);
      throw error;
    }
  }
  const checkpoints: RunFiles['checkpoints'] = {
    list: async () => [...new Set([...(await stored.list()), ...unsaved.keys()])],
    get: async (name) => unsaved.get(name)?.slice() ?? stored.get(name),
    put,
    async remove(name) {
      unsaved.delete(name);
      await stored.remove(name);
    },
  };
  return {
    ...run,
    checkpoints,
    lastStep: async () => (await checkpointSteps(checkpoints))[0] ?? 0,
    unsavedStep() {
      const [name] = unsaved.keys();
      return name === undefined ? null : checkpointStep(name);
    },
    async saveAgain() {
      for (const [name, bytes] of [...unsaved]) {
        await stored.put(name, bytes);
        unsaved.delete(name);
      }
    },
  };
}
