import type { Model } from '@isonoise/runtime';
import type { LoadProgress, WebProviderName } from '@isonoise/runtime-web';
import type { ReadonlySignal } from '@preact/signals';

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

/** @param hasWebGpu whether the page includes the files for WebGPU */
export function createModelOpener(
  settings: ReadonlySignal<RuntimeSettings>,
  hasWebGpu: boolean,
): ModelOpener {
  return {
    keyWithSettings: (key) => `${key} ${JSON.stringify(settings.value)}`,
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
