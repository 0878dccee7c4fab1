import type { Model } from '@isonoise/runtime';
import { placeOf } from './model-store.ts';
import { keyWithSettings, openModel } from './runtime-settings.ts';
import { SharedLoad } from './shared-load.ts';

/** The open guide, with a key of its source, name and settings. */
let guide: { readonly key: string; readonly load: SharedLoad<Model> } | null = null;

/**
 * Opens the named model as a guide in a separate thread, and closes the guide that was open before. Without a name, the
 * function only closes the open guide and returns undefined.
 *
 * @throws the errors of `modelNamed`
 */
export async function guideNamed(name: string | undefined, signal: AbortSignal): Promise<Model | undefined> {
  const place = name === undefined ? undefined : placeOf(name);
  const key = place === undefined ? undefined : keyWithSettings(place.key);
  const before = guide;
  if (before !== null && (before.key !== key || before.load.givenUp)) {
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
}
