import { orAborted } from '../async/or-aborted.ts';

/**
 * Waits until a model is open or the signal is aborted. Not every step of an opening can be interrupted, for example
 * while the browser's storage does not respond. A model that opens after the abort is disposed.
 *
 * @throws the error of the opening; the reason of the signal
 */
export async function unlessAborted<T extends { dispose(): Promise<void> }>(
  opening: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  try {
    return await orAborted(opening, signal);
  } catch (error) {
    if (signal.aborted)
      opening.then(
        (model) => model.dispose(),
        () => {},
      );
    throw error;
  }
}
