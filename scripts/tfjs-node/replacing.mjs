import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What an installation makes inside tfjs-node's folder; all else there is the npm package. */
const MADE = ['deps', 'lib', 'build', 'build-tmp-napi-v8'];

/**
 * Runs an installation with the earlier one set aside: put back if it fails, removed if it succeeds. So a failed
 * attempt never takes away what worked, and never leaves half of something.
 *
 * @param {string} folder tfjs-node's package folder
 * @param {() => Promise<void>} install
 */
export async function replacing(folder, install) {
  const aside = (name) => join(folder, `${name}.before`);
  for (const name of MADE) {
    // A copy set aside by a run that was killed is the last one known to be whole.
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
