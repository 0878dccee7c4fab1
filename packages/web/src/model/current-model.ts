import type { Model } from '@isonoise/runtime';
import { modelNamed } from './model-store.ts';
import { syncWithServer } from './sync-with-server.ts';

/** Maximum wait for the server's current hashes before drawing. */
const PATIENCE_MS = 1000;

/**
 * Returns the named model. If the server responds in time, loads the current version; otherwise uses the loaded model.
 */
export async function currentModel(model: string, signal: AbortSignal): Promise<Model> {
  await syncWithServer(model, AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])).catch(() => {});
  signal.throwIfAborted();
  return modelNamed(model, signal);
}
