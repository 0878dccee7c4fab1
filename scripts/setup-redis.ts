// Finds Redis for the tests of jobs. If it is not installed, installs Debian's package if it can.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { installPackage, mayInstallPackages } from './debian-package.ts';

const ADVICE = 'Install it (Debian and Ubuntu: sudo apt-get install redis-server), then run the tests again.';

const isInstalled = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

if (!isInstalled()) {
  if (!mayInstallPackages()) {
    console.error(`redis-server was not found; the tests in tests/jobs need it. ${ADVICE}`);
    process.exit(1);
  }
  console.log("redis-server is not installed: installing Debian's package");
  if (!installPackage('redis-server') || !isInstalled()) {
    console.error(`Installing redis-server failed; see the lines above. ${ADVICE}`);
    process.exit(1);
  }
}
