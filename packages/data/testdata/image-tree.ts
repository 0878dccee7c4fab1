import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach } from 'vitest';

/** A temporary folder of test files. */
export interface ImageTree {
  /** The folder of the current test. */
  readonly root: string;
  readonly put: (path: string, content: string | Uint8Array) => Promise<void>;
  /** Writes a PNG with two colours; `red` sets the first colour. */
  readonly picture: (path: string, red?: number, width?: number, height?: number) => Promise<void>;
}

/** Gives each test of the calling file an empty folder, and removes it after the test. */
export function useImageTree(): ImageTree {
  let root = '';
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'isonoise-images-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const put: ImageTree['put'] = async (path, content) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  return {
    get root() {
      return root;
    },
    put,
    async picture(path, red = 200, width = 4, height = 4) {
      const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
        i % 6 === 0 ? red : i % 6 === 4 ? 200 : 0,
      );
      await put(path, await sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer());
    },
  };
}
