import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

/** A temporary folder of test files. */
export interface ImageTree {
  readonly root: string;
  put(path: string, content: string | Uint8Array): Promise<void>;
  /** Writes a PNG of two colours: `red` and green. */
  picture(path: string, red?: number, width?: number, height?: number): Promise<void>;
  remove(): Promise<void>;
}

export async function createImageTree(): Promise<ImageTree> {
  const root = await mkdtemp(join(tmpdir(), 'isonoise-images-'));
  const put = async (path: string, content: string | Uint8Array): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  return {
    root,
    put,
    async picture(path, red = 200, width = 4, height = 4) {
      const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
        i % 6 === 0 ? red : i % 6 === 4 ? 200 : 0,
      );
      await put(path, await sharp(pixels, { raw: { width, height, channels: 3 } }).png().toBuffer());
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
