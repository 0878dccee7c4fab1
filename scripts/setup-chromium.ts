// Finds the browser for the browser tests. If none is installed, installs Debian's package if it can.
import process from 'node:process';
import { installPackage, mayInstallPackages } from './debian-package.ts';
import { findChromium } from './lab/chromium.ts';

const ADVICE =
  'Install Chromium (Debian and Ubuntu: sudo apt-get install chromium) or set CHROMIUM_PATH to a Chromium or Chrome, ' +
  'then run the tests again.';

if (findChromium() === undefined) {
  if (process.env.CHROMIUM_PATH !== undefined || !mayInstallPackages()) {
    const where = process.env.CHROMIUM_PATH;
    console.error(
      `Chromium was not found${where ? ` at ${where} (CHROMIUM_PATH)` : ''}; the browser tests need it. ${ADVICE}`,
    );
    process.exit(1);
  }
  console.log("Chromium is not installed: installing Debian's package (about half a minute)");
  if (!installPackage('chromium') || findChromium() === undefined) {
    console.error(`Installing Chromium failed; see the lines above. ${ADVICE}`);
    process.exit(1);
  }
}
