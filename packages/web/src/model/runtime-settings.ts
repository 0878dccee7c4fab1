import type { Model } from '@isonoise/runtime';
import type { LoadProgress, WebProviderName } from '@isonoise/runtime-web';
import { signal } from '@preact/signals';
import { hasWebGpu } from '../app/site.ts';

/** Settings for running a model. */
interface RuntimeSettings {
  readonly provider: 'auto' | WebProviderName;
  /** CPU threads; null chooses automatically. */
  readonly threads: number | null;
}

export const settings = signal<RuntimeSettings>({ provider: 'auto', threads: null });

/** The address or the files of a model. */
export type Source = URL | readonly File[];

/** A place from which a model is opened. */
export interface Place {
  /** Identifies the place and the version of its files. */
  readonly key: string;
  /** Where the model came from, for display. Default: derived from the download. */
  readonly origin?: string;
  open(signal: AbortSignal): Promise<Source>;
}

/** Identifies a place together with the settings. */
export const keyWithSettings = (key: string): string => `${key} ${JSON.stringify(settings.value)}`;

/** Opens a model with the chosen settings. @throws the errors of `loadModel` of isonoise */
export async function openModel(
  place: Place,
  signal: AbortSignal,
  onProgress: (progress: LoadProgress) => void = () => {},
): Promise<Model> {
  const { loadModel } = await import('isonoise');
  const { provider, threads } = settings.value;
  return loadModel(await place.open(signal), {
    // A site without the files of WebGPU has only one provider.
    provider: hasWebGpu ? provider : 'wasm',
    threads: threads ?? undefined,
    onProgress,
    signal,
  });
}
