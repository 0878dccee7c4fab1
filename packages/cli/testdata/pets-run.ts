import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { isonoise } from './isonoise-command.ts';

let root = '';

/** Returns a path in the folder of the tests. */
export const path = (...parts: string[]): string => join(root, ...parts);
/** Returns the folder of the run's images. */
export const images = (): string => path('pets');
const words = (text: string): string[] => text.split(' ');

/** Flags for a very small network and few steps. */
export const TINY: readonly string[] = words(
  '--channels 8,8 --optimizer adamw --batch-size 2 --steps 2 --checkpoint-every 1 --sample-every 0 --threads 1 --quiet',
);

/** Writes a folder of two classes with three images each. A different `shade` gives different images. */
export async function drawImages(folder: string, shade = 0): Promise<void> {
  for (const [c, name] of ['cat', 'dog'].entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < 3; i++) {
      const data = new Uint8Array(8 * 8 * 3).fill(100 * c + 20 * i + shade);
      await writeFile(join(folder, name, `${i}.png`), encode({ width: 8, height: 8, channels: 3, data }));
    }
  }
}

/** Returns the paths and SHA-256 of all files in a folder, as text. */
export async function contentOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const file = join(entry.parentPath, entry.name);
    const hash = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(file))
          .digest('hex')
      : 'folder';
    return `${relative(folder, file)} ${hash}`;
  });
  return (await Promise.all(lines)).sort().join('\n');
}

/** Runs `isonoise train` for the run of the tests. */
export const train = (...args: readonly string[]): ReturnType<typeof isonoise> =>
  isonoise(['train', '--runs', path('runs'), '--name', 'pets', ...args]);
/** Resumes the run of the tests. */
export const resume = (...args: readonly string[]): ReturnType<typeof isonoise> =>
  train('--resume', '--quiet', ...args);

/** Returns a path in the folder of the run. */
export const run = (...parts: string[]): string => path('runs', 'pets', ...parts);

/** Trains a small run before the tests of a file. Before each test, restores the run and its images. */
export function keepPetsRun(): void {
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'isonoise-refused-'));
    await drawImages(images());
    const trained = await train('--dataset', images(), ...TINY);
    expect(trained.code, trained.stderr).toBe(0);
    await cp(path('runs'), path('kept'), { recursive: true });
  });
  beforeEach(async () => {
    for (const folder of ['runs', 'pets']) await rm(path(folder), { recursive: true, force: true });
    await cp(path('kept'), path('runs'), { recursive: true });
    await drawImages(images());
  });
  afterAll(() => rm(root, { recursive: true, force: true }));
}
