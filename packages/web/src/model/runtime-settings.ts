import type { Model } from '@isonoise/runtime';
import type { LoadProgress, WebProviderName } from '@isonoise/runtime-web';
import type { ReadonlySignal } from '@preact/signals';
import { mayBeBroken } from './may-be-broken.ts';

/** Settings for running a model. */
export interface RuntimeSettings {
  readonly provider: 'auto' | WebProviderName;
  /** CPU threads; null chooses automatically. */
  readonly threads: number | null;
}

export const DEFAULT_RUNTIME: RuntimeSettings = { provider: 'auto', threads: null };

/** The address or the files of a model. */
export type Source = URL | readonly File[];

/** A place from which a model is opened. */
export interface Place {
  /** Identifies the place and the version of its files. */
  readonly key: string;
  /** Origin of the model, for display. Default: derived from the download. */
  readonly origin?: string;
  open(signal: AbortSignal): Promise<Source>;
}

/** Opens models with the chosen settings. */
export interface ModelOpener {
  /** Identifies a place together with the settings. */
  readonly keyWithSettings: (key: string) => string;
  /** Opens a model. @throws the errors of `loadModel` of isonoise */
  readonly openModel: (
    place: Place,
    signal: AbortSignal,
    onProgress?: (progress: LoadProgress) => void,
  ) => Promise<Model>;
}

/** Opens models, and opens them again after a run failed. */
export interface RenewingOpener extends ModelOpener {
  /**
   * Called with the error of a failed run. If the open models may be broken, they get other keys, so that each of them is
   * opened again at its next use.
   */
  readonly runFailed: (error: unknown) => void;
}

/** @param hasWebGpu whether the page includes the files for WebGPU */
export function createModelOpener(
  settings: ReadonlySignal<RuntimeSettings>,
  hasWebGpu: boolean,
): RenewingOpener {
  /** Number of runs after which the models may be broken. */
  let failures = 0;
  return {
    runFailed(error) {
      if (mayBeBroken(error)) failures++;
    },
    keyWithSettings: (key) => `${key} ${JSON.stringify(settings.value)} ${failures}`,
    async openModel(place, signal, onProgress = () => {}) {
      const { loadModel } = await import('isonoise');
      const { provider, threads } = settings.value;
      return loadModel(await place.open(signal), {
        // A site without the files of WebGPU has only one provider.
        provider: hasWebGpu ? provider : 'wasm',
        threads: threads ?? undefined,
        onProgress,
        signal,
      });
    },
  };
}
