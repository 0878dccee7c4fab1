import type { Model } from '@isonoise/runtime';
import type { ModelOpener, Place } from './runtime-settings.ts';
import { isUsable, SharedLoad } from './shared-load.ts';

/** The parts of the page that a guide store uses. */
export interface GuideParts extends ModelOpener {
  /** Finds the place of a model. @throws RangeError if the model is not available */
  readonly placeOf: (name: string) => Place;
}

/**
 * Opens the named model as a guide in a separate thread, and closes the guide that was open before. Without a name, the
 * function only closes the open guide and returns undefined.
 *
 * @throws RangeError if the model is not available; the errors of `openModel`
 */
export type OpenGuide = (name: string | undefined, signal: AbortSignal) => Promise<Model | undefined>;

/** Creates the function that opens guides. It keeps one guide open at a time. */
export function createGuideStore(parts: GuideParts): OpenGuide {
  const { placeOf, keyWithSettings, openModel, isBroken } = parts;
  /** The open guide, with a key of its source, name and settings. */
  let guide: { readonly key: string; readonly load: SharedLoad<Model> } | null = null;
  return async (name, signal) => {
    const place = name === undefined ? undefined : placeOf(name);
    const key = place === undefined ? undefined : keyWithSettings(place.key);
    const before = guide;
    if (before !== null && (before.key !== key || !isUsable(before.load, isBroken))) {
      guide = null;
      await before.load.result.then(
        (model) => model.dispose(),
        () => {},
      );
    }
    if (place === undefined || key === undefined) return undefined;
    guide ??= { key, load: new SharedLoad((shared) => openModel(place, shared)) };
    const current = guide;
    current.load.result.catch(() => {
      // The next call retries.
      if (guide === current) guide = null;
    });
    return current.load.wait(signal);
  };
}
