import type { Model } from '@isonoise/runtime';
import type { LoadProgress } from '@isonoise/runtime-web';
import { type ReadonlySignal, signal } from '@preact/signals';
import { type LoadSummary, LoadTally, NOTHING_LOADED, originOf } from './load-progress.ts';
import type { Place } from './runtime-settings.ts';
import { isUsable, SharedLoad } from './shared-load.ts';

export type ModelState =
  | { readonly status: 'none' }
  | { readonly status: 'loading'; readonly summary: LoadSummary }
  | {
      readonly status: 'ready';
      readonly model: Model;
      readonly summary: LoadSummary;
      /** Origin of the model, for display. */
      readonly origin: string;
      /** SHA-256 of the files that were loaded from the server, by path in the bundle. */
      readonly hashes: ReadonlyMap<string, string>;
    }
  | { readonly status: 'failed'; readonly error: unknown };

/** The parts of the page that a loader uses. */
export interface LoaderParts {
  /** Extends the key of a place by the present settings. */
  readonly keyWithSettings: (key: string) => string;
  readonly open: (
    place: Place,
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void,
  ) => Promise<Model>;
  /** Called when a model has been loaded. */
  readonly onLoaded: (place: Place, model: Model) => void;
  /** Whether a model failed and must be loaded again. */
  readonly isBroken: (model: Model) => boolean;
}

/** Keeps one model loaded at a time. */
export interface ModelLoader {
  readonly state: ReadonlySignal<ModelState>;
  /**
   * Returns the model of a place, loaded with the present settings. Reuses the current load if it matches, else replaces
   * it. The previous model is disposed first. After a failure of the load or of the loaded model, the next call loads
   * again.
   *
   * @throws the errors of `open`; the reason of `signal` once it is aborted
   */
  load(place: Place, signal: AbortSignal): Promise<Model>;
  /** Whether the current load is the load of this place with the present settings. */
  isCurrent(key: string): boolean;
  /** If the current load is the load of the place `from`, changes its key to `to`. */
  rename(from: string, to: string): void;
  /** Marks the current load as outdated, so that the next call loads again. */
  outdate(): void;
}

export function createModelLoader({ keyWithSettings, open, onLoaded, isBroken }: LoaderParts): ModelLoader {
  const state = signal<ModelState>({ status: 'none' });
  /** The current load, with a key of the model's place and settings. */
  let loaded: { readonly key: string; readonly load: SharedLoad<Model> } | null = null;
  /** Number of loads. Only the last one shows its state. */
  let loads = 0;

  async function replace(
    before: Promise<Model> | undefined,
    place: Place,
    signal: AbortSignal,
  ): Promise<Model> {
    const own = ++loads;
    const show = (now: ModelState): void => {
      if (own === loads) state.value = now;
    };
    const tally = new LoadTally();
    let summary = NOTHING_LOADED;
    show({ status: 'loading', summary });
    try {
      await before?.then(
        (model) => model.dispose(),
        () => {},
      );
      const model = await open(place, signal, (progress) => {
        summary = tally.add(progress);
        show({ status: 'loading', summary });
      });
      onLoaded(place, model);
      const { origin = originOf(summary) } = place;
      show({ status: 'ready', model, summary, origin, hashes: tally.hashes });
      return model;
    } catch (error) {
      show(signal.aborted ? { status: 'none' } : { status: 'failed', error });
      throw error;
    }
  }

  const isCurrent = (key: string): boolean => loaded?.key === keyWithSettings(key);
  return {
    state,
    async load(place, signal) {
      signal.throwIfAborted();
      if (loaded === null || !isCurrent(place.key) || !isUsable(loaded.load, isBroken)) {
        const before = loaded?.load.result;
        const load = new SharedLoad((shared) => replace(before, place, shared));
        loaded = { key: keyWithSettings(place.key), load };
        load.result.catch(() => {
          // The next call retries.
          if (loaded?.load === load) loaded = null;
        });
      }
      return loaded.load.wait(signal);
    },
    isCurrent,
    rename(from, to) {
      if (loaded !== null && isCurrent(from)) loaded = { ...loaded, key: keyWithSettings(to) };
    },
    outdate() {
      if (loaded !== null) loaded = { ...loaded, key: 'outdated' };
    },
  };
}
