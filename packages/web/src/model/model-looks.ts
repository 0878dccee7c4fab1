import type { LookRecord } from '@isonoise/data';
import { signal } from '@preact/signals';

/** Colours and symmetry of the models' training images. */
export interface ModelLooks {
  /**
   * Returns the look of a model. Reads it once.
   *
   * @returns null if the model does not record it
   */
  of(name: string): Promise<LookRecord | null>;
  /** Returns the look if it has been read; undefined before. */
  known(name: string): LookRecord | null | undefined;
}

/** The parts of the page that {@link createModelLooks} uses. */
export interface ModelLookParts {
  /** Identifies a model and its version. */
  readonly keyOf: (name: string) => string;
  readonly read: (name: string) => Promise<LookRecord | null>;
}

export function createModelLooks({ keyOf, read }: ModelLookParts): ModelLooks {
  const looks = signal<ReadonlyMap<string, LookRecord | null>>(new Map());
  const reading = new Map<string, Promise<LookRecord | null>>();
  return {
    of(name) {
      const key = keyOf(name);
      const known = reading.get(key);
      if (known !== undefined) return known;
      const begun = read(name).then(
        (look) => {
          looks.value = new Map(looks.value).set(key, look);
          return look;
        },
        (error: unknown) => {
          // The next call retries.
          reading.delete(key);
          throw error;
        },
      );
      reading.set(key, begun);
      return begun;
    },
    known: (name) => looks.value.get(keyOf(name)),
  };
}
