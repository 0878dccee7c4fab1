import { BUNDLE_PATHS, type Manifest } from '@isonoise/bundle';

/** SHA-256 of a model's files, by path in the bundle. */
export type FileHashes = ReadonlyMap<string, string>;

/** Reads the file hashes from a bundle's manifest. */
export function hashesIn({ files }: Manifest): FileHashes {
  return new Map(Object.entries(files).map(([path, { sha256 }]) => [path, sha256]));
}

/** A file whose content differs between a model here and the server's model of the same name. */
export interface DifferingFile {
  readonly path: string;
  /** SHA-256 of the file on this device. */
  readonly here: string;
  /** SHA-256 of the file on the server. */
  readonly there: string;
}

/** The files of a bundle that affect its images. */
const DRAWN_BY: readonly string[] = [BUNDLE_PATHS.onnx, BUNDLE_PATHS.scheduler];

/** Returns the differing files that affect images; a file that only one side has is ignored. */
export function differingFiles(here: FileHashes, there: FileHashes): readonly DifferingFile[] {
  return DRAWN_BY.flatMap((path) => {
    const [mine, theirs] = [here.get(path), there.get(path)];
    if (mine === undefined || theirs === undefined || mine === theirs) return [];
    return [{ path, here: mine, there: theirs }];
  });
}
