// Finds the browser for the browser tests. If none is installed, installs Debian's package if it can.
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
  if (status !== 0) console.error(`${stdout ?? ''}${stderr ?? `${command} did not start`}`);
  return status === 0;
}

if (findChromium() === undefined) {
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (process.env.CHROMIUM_PATH !== undefined || !mayInstall) {
    const where = process.env.CHROMIUM_PATH;
    console.error(
      `Chromium was not found${where ? ` at ${where} (CHROMIUM_PATH)` : ''}; the browser tests need it. ${ADVICE}`,
    );
    process.exit(1);
  }
  console.log("Chromium is not installed: installing Debian's package (about half a minute)");
  const installed =
    quietly('apt-get', ['update', '-qq']) && quietly('apt-get', ['install', '-y', '-qq', 'chromium']);
  if (!installed || findChromium() === undefined) {
    console.error(`Installing Chromium failed; see the lines above. ${ADVICE}`);
    process.exit(1);
  }
}
