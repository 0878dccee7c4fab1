import type { Model } from '@isonoise/runtime';
import type { LoadProgress, WebProviderName } from '@isonoise/runtime-web';
import type { ReadonlySignal } from '@preact/signals';
import { unlessAborted } from './unless-aborted.ts';
import { watchedHandle } from './watched-handle.ts';

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
  /**
   * Opens a model.
   *
   * @throws the errors of `createDenoiser` of isonoise; at once the reason of `signal` when it is aborted
   */
  readonly openModel: (
    place: Place,
    signal: AbortSignal,
    onProgress?: (progress: LoadProgress) => void,
  ) => Promise<Model>;
  /** Whether an open model failed and may be unusable. It must then be opened again. */
  readonly isBroken: (model: Model) => boolean;
}

/** @param hasWebGpu whether the page includes the files for WebGPU */
export function createModelOpener(
  settings: ReadonlySignal<RuntimeSettings>,
  hasWebGpu: boolean,
): ModelOpener {
  const broken = new WeakSet<Model>();
  return {
    keyWithSettings: (key) => `${key} ${JSON.stringify(settings.value)}`,
    isBroken: (model) => broken.has(model),
    async openModel(place, signal, onProgress = () => {}) {
      const open = async (): Promise<Model> => {
        const { createDenoiser, createModel } = await import('isonoise');
        const { provider, threads } = settings.value;
        const handle = await createDenoiser(await place.open(signal), {
          // A site without the files of WebGPU has only one provider.
          provider: hasWebGpu ? provider : 'wasm',
          threads: threads ?? undefined,
          onProgress,
          signal,
        });
        const model: Model = createModel(watchedHandle(handle, () => broken.add(model)));
        return model;
      };
      return unlessAborted(open(), signal);
    },
  };
}
