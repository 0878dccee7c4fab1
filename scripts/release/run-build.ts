import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { scriptError } from '../script-error.ts';

const BUILD = path.resolve(import.meta.dirname, '../build.mjs');

/** Builds every package. @throws `RELEASE_COMMAND` if the build failed; the message has its output */
export async function runBuild(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [BUILD, '--output-logs', 'errors-only'], {
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const output = cause instanceof Error && 'stdout' in cause ? `${cause.stdout}` : '';
    throw scriptError(
      'RELEASE_COMMAND',
      `release: pnpm build failed; expected built packages. Its output:\n${output}`,
      { cause },
    );
  }
}
