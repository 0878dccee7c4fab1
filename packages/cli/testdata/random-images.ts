import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePng } from '@isonoise/picture';
import { fillUniforms } from '@isonoise/random';

/** Creates a folder with random grey images of `size` × `size` pixels. Each call writes the same images. */
export async function writeRandomImages(folder: string, count: number, size: number): Promise<void> {
  await mkdir(folder);
  for (let image = 0; image < count; image++) {
    const values = new Float32Array(size * size);
    fillUniforms(values, { seed: 4, image, step: 0, purpose: 'initialNoise' });
    const data = Uint8Array.from(values, (value) => 255 * value);
    await writeFile(
      join(folder, `${image}.png`),
      encodePng({ width: size, height: size, channels: 1, data }),
    );
  }
}
