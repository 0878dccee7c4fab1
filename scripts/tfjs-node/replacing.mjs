import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Folders that an installation creates inside tfjs-node's folder; everything else there belongs to the npm package. */
const MADE = ['deps', 'lib', 'build', 'build-tmp-napi-v8'];

/**
 * Runs an installation while the earlier one is set aside. If it fails, the earlier one is restored,
 * otherwise removed. So a failed attempt does not break a working installation and does not leave a partial
 * one.
 *
 * @param {string} folder tfjs-node's package folder
 * @param {() => Promise<void>} install
 */
export async function replacing(folder, install) {
  const aside = (name) => join(folder, `${name}.before`);
  for (const name of MADE) {
    // A copy set aside by a killed run is the last one known to be complete.
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
