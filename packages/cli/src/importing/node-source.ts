import { constants, type Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '@isonoise/error';
import type { SourceFile, SourceFolder } from '@isonoise/import';
import { CliError } from '../errors.ts';

/** Folders of a diffusers model in which files are listed. */
const SEARCHED = ['', 'unet', 'scheduler'];
/** Maximum number of bytes of a single read; Node allows at most 2³¹ − 1. */
const MAX_READ_BYTES = 2 ** 30;

/**
 * Opens the folder of a model on disk. Links are followed, because the caches of model hubs contain links.
 */
export function nodeSourceFolder(path: string): SourceFolder {
  return {
    description: printable(path),
    async list() {
      const found: string[] = [];
      for (const folder of SEARCHED) {
        const names = await readdir(join(path, folder)).catch(() => []);
        for (const name of names) {
          const entry = await stat(join(path, folder, name)).catch(() => null);
          if (entry?.isFile() === true) found.push(folder === '' ? name : `${folder}/${name}`);
        }
      }
      return found;
    },
    open: (file) => nodeSourceFile(join(path, ...file.split('/'))),
  };
}

/**
 * Opens a file on disk. Each read opens and closes the file, so the result need not be closed.
 *
 * @throws `CLI_UNKNOWN_FILE` if the path does not exist or is not a regular file
 */
export async function nodeSourceFile(path: string): Promise<SourceFile> {
  const found: Stats | null = await stat(path).catch(() => null);
  if (found?.isFile() !== true) {
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `import-model: ${printable(path)} ${found === null ? 'does not exist' : 'is not a regular file'}; expected a file. Check the path.`,
    );
  }
  return {
    size: found.size,
    description: printable(path),
    read: (start, end) => readPart(path, start, Math.min(end, found.size)),
  };
}

async function readPart(path: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    let done = 0;
    while (done < bytes.length) {
      const length = Math.min(MAX_READ_BYTES, bytes.length - done);
      const { bytesRead } = await file.read(bytes, done, length, start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}
