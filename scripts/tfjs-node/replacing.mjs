import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that an installation creates inside tfjs-node's folder; everything else there belongs to the npm package. */
const MADE = ['deps', 'lib', 'build', 'build-tmp-napi-v8'];

/**
 * Moves an earlier installation aside and runs a new one. If the new installation fails, the earlier one is restored;
 * otherwise, the earlier one is removed. A failed attempt thus neither breaks a working installation nor leaves a
 * partial one.
 *
 * @param {string} folder tfjs-node's package folder
 * @param {() => Promise<void>} install
 */
export async function replacing(folder, install) {
  const aside = (name) => join(folder, `${name}.before`);
  for (const name of MADE) {
    // Keep the files that a killed run moved aside, because they are from the last complete installation.
    if (existsSync(aside(name))) rmSync(join(folder, name), { recursive: true, force: true });
    else if (existsSync(join(folder, name))) renameSync(join(folder, name), aside(name));
  }
  try {
    await install();
  } catch (error) {
    for (const name of MADE) {
      rmSync(join(folder, name), { recursive: true, force: true });
      if (existsSync(aside(name))) renameSync(aside(name), join(folder, name));
    }
    throw error;
  }
  for (const name of MADE) rmSync(aside(name), { recursive: true, force: true });
}
