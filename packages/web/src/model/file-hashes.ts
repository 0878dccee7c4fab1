import { BUNDLE_PATHS, type Manifest } from '@isonoise/bundle';

/** SHA-256 of a model's files by their paths in a bundle. */
export type FileHashes = ReadonlyMap<string, string>;

/** Those of a bundle, as its manifest says them. */
export function hashesIn({ files }: Manifest): FileHashes {
  return new Map(Object.entries(files).map(([path, { sha256 }]) => [path, sha256]));
}

/** A file whose content differs between a model here and the server's model of the same name. */
export interface DifferingFile {
  readonly path: string;
  /** SHA-256. */
  readonly here: string;
  readonly there: string;
}

/** The files of a bundle on which its images depend. */
const DRAWN_BY: readonly string[] = [BUNDLE_PATHS.onnx, BUNDLE_PATHS.scheduler];

/** The files that images depend on and that differ; a file that one side lacks is left out. */
export function differingFiles(here: FileHashes, there: FileHashes): readonly DifferingFile[] {
  return DRAWN_BY.flatMap((path) => {
    const [mine, theirs] = [here.get(path), there.get(path)];
    if (mine === undefined || theirs === undefined || mine === theirs) return [];
    return [{ path, here: mine, there: theirs }];
  });
}
