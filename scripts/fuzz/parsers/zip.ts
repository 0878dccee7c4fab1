import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memoryFiles } from '@isonoise/bundle';
import { bundleFiles } from '@isonoise/runtime-node';
import { type Zippable, zipSync } from 'fflate';
import { FuzzRandom } from '../random.ts';
import type { FuzzTarget } from '../target.ts';
import { attempt } from './attempt.ts';
import { mutated } from './mutate.ts';
import { removeAtExit } from './remove-at-exit.ts';
import { changeDetector } from './same-bundle.ts';
import { smallBundle } from './small-bundle.ts';

const original = await smallBundle();
const readCopy = await changeDetector(memoryFiles(original));
const file = path.join(removeAtExit(await mkdtemp(path.join(tmpdir(), 'isonoise-fuzz-'))), 'bundle.zip');

const zipped = (level: 0 | 6, folder: string): Uint8Array => {
  const files: Zippable = Object.fromEntries(
    [...original].map(([name, bytes]) => [folder + name, [bytes, { level, mtime: '2026-01-01' }]]),
  );
  return zipSync(files);
};
const archives = [zipped(0, ''), zipped(6, ''), zipped(6, 'conv/')];

export const zipTarget: FuzzTarget = {
  about:
    'bundles as .zip files with changed bytes; each must be rejected or have the content of the original',
  async tryOne(seed) {
    const random = new FuzzRandom(seed);
    const archive = random.pick(archives);
    // Half of the changes are in the central directory, at the end of the archive.
    const tail = random.chance(0.5) ? archive.length - random.int(22, 700) : 0;
    const changed = mutated(archive.subarray(tail), random);
    await writeFile(file, Buffer.concat([archive.subarray(0, tail), changed]));
    return attempt(async () => readCopy(await bundleFiles(file)));
  },
};
