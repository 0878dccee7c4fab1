// The browser that the browser tests drive: found, or installed where Debian's packages can be.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { findChromium } from './lab/chromium.ts';

const ADVICE =
  'Install Chromium (Debian and Ubuntu: sudo apt-get install chromium) or set CHROMIUM_PATH to a Chromium or Chrome, ' +
  'then run the tests again.';

/** Runs a command; its output is shown only if it fails. */
function quietly(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env });
  if (status !== 0) console.error(`${stdout ?? ''}${stderr ?? `${command} could not be started`}`);
  return status === 0;
}

if (findChromium() === undefined) {
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (process.env.CHROMIUM_PATH !== undefined || !mayInstall) {
    const where = process.env.CHROMIUM_PATH;
    console.error(
      `The browser tests need Chromium; there is none${where ? ` at ${where} (CHROMIUM_PATH)` : ''}. ${ADVICE}`,
    );
    process.exit(1);
  }
  console.log("Chromium is not installed: installing Debian's package (about half a minute)");
  const installed =
    quietly('apt-get', ['update', '-qq']) && quietly('apt-get', ['install', '-y', '-qq', 'chromium']);
  if (!installed || findChromium() === undefined) {
    console.error(`Chromium could not be installed; the lines above say why. ${ADVICE}`);
    process.exit(1);
  }
}
