import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isBundlePath } from '@isonoise/bundle';

/**
 * Resolves the path of a URL inside a folder. Hidden files and paths that lead out of the folder, even
 * through a link, are excluded.
 *
 * @param urlPath path from the URL, percent-encoded, without a leading slash
 * @param shown a hidden file that is not excluded
 * @returns the real path, if it exists; otherwise undefined
 */
export async function fileInside(
  folder: string,
  urlPath: string,
  shown?: string,
): Promise<string | undefined> {
  const relative = decodedPath(urlPath, shown);
  if (relative === undefined) return undefined;
  const root = await realpath(folder).catch(() => undefined);
  const file = await realpath(path.join(folder, relative)).catch(() => undefined);
  if (root === undefined || file === undefined) return undefined;
  return file.startsWith(root + path.sep) ? file : undefined;
}

/** Decodes each segment once. Segments with an encoded slash or a leading dot are rejected. */
function decodedPath(urlPath: string, shown: string | undefined): string | undefined {
  try {
    const parts = urlPath.split('/').map(decodeURIComponent);
    const relative = parts.join('/');
    const isHidden = relative !== shown && parts.some((part) => part.startsWith('.'));
    if (isHidden || parts.some((part) => part.includes('/'))) return undefined;
    return isBundlePath(relative) ? relative : undefined;
  } catch {
    // The path is not valid percent-encoded UTF-8.
    return undefined;
  }
}
