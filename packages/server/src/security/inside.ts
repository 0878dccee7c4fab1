import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { isBundlePath } from '@isonoise/bundle';

/**
 * A file that a URL names, if it lies in a folder: not above it, not behind a link that leads out, not hidden.
 *
 * @param urlPath as it stands in the URL, percent-encoded, without a slash at its front
 * @returns the real path of what exists there; undefined otherwise
 */
export async function fileInside(folder: string, urlPath: string): Promise<string | undefined> {
  const relative = decodedPath(urlPath);
  if (relative === undefined) return undefined;
  const root = await realpath(folder).catch(() => undefined);
  const file = await realpath(path.join(folder, relative)).catch(() => undefined);
  if (root === undefined || file === undefined) return undefined;
  return file.startsWith(root + path.sep) ? file : undefined;
}

/** Decoded once, part by part: an encoded slash or dot is a character of a name, and no file has such a name. */
function decodedPath(urlPath: string): string | undefined {
  try {
    const parts = urlPath.split('/').map(decodeURIComponent);
    if (parts.some((part) => part.includes('/') || part.startsWith('.'))) return undefined;
    const relative = parts.join('/');
    return isBundlePath(relative) ? relative : undefined;
  } catch {
    // Not percent-encoded UTF-8: no name at all.
    return undefined;
  }
}
