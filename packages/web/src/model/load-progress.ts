import type { LoadProgress } from '@isonoise/runtime-web';

/** Download progress over all files of a model. */
export interface LoadSummary {
  /** Bytes loaded so far, summed over the files reported so far. */
  readonly loaded: number;
  /** Total bytes of these files. */
  readonly total: number;
  /** Bytes that came from the browser's storage. */
  readonly cached: number;
}

export const NOTHING_LOADED: LoadSummary = { loaded: 0, total: 0, cached: 0 };

/** Sums the progress of the files of one load. */
export class LoadTally {
  private readonly files = new Map<string, LoadProgress>();

  add(progress: LoadProgress): LoadSummary {
    this.files.set(progress.file, progress);
    let summary = NOTHING_LOADED;
    for (const { loaded, total, from } of this.files.values()) {
      summary = {
        loaded: summary.loaded + loaded,
        total: summary.total + total,
        cached: summary.cached + (from === 'cache' ? loaded : 0),
      };
    }
    return summary;
  }

  /** SHA-256 of the files by path in the bundle; identifies the version of the model. */
  get hashes(): ReadonlyMap<string, string> {
    return new Map([...this.files.values()].map(({ file, sha256 }) => [file, sha256]));
  }
}

/** Describes the origin of a loaded model. */
export function originOf({ loaded, cached }: LoadSummary): string {
  if (loaded === 0) return 'opened from your files';
  if (cached === 0) return 'downloaded';
  return cached === loaded ? 'stored in this browser' : 'partly downloaded, partly stored in this browser';
}
