import type { LoadProgress } from '@isonoise/runtime-web';

/** How far a model's files are, all together. */
export interface LoadSummary {
  /** Bytes so far and in all, of the files that are known of. */
  readonly loaded: number;
  readonly total: number;
  /** Bytes of files that came out of the browser's storage. */
  readonly cached: number;
}

export const NOTHING_LOADED: LoadSummary = { loaded: 0, total: 0, cached: 0 };

/** Adds up what is told of each file. */
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

  /** SHA-256 of the files by their paths in the bundle: which version of a model this is. */
  get hashes(): ReadonlyMap<string, string> {
    return new Map([...this.files.values()].map(({ file, sha256 }) => [file, sha256]));
  }
}

/** Where a loaded model came from, in words. */
export function originOf({ loaded, cached }: LoadSummary): string {
  if (loaded === 0) return 'opened from your files';
  if (cached === 0) return 'downloaded';
  return cached === loaded ? 'kept in this browser' : 'downloaded in part, the rest kept in this browser';
}
