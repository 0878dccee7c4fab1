import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { scriptError } from '../script-error.ts';

/** A tarball to publish. */
export interface Publication {
  readonly name: string;
  readonly version: string;
  readonly tarball: string;
}

export interface PublishOptions {
  /** File of npm's settings (registry and token) that replaces the user's. */
  readonly userconfig?: string | undefined;
  readonly log: (line: string) => void;
}

const shell = process.platform === 'win32';

/**
 * Publishes tarballs one after another. Versions that the registry already has are skipped, so that a second
 * call completes an interrupted release.
 *
 * @param publications tarballs, each after those of its dependencies, so that every published package can be
 *   installed at any moment
 * @throws `RELEASE_COMMAND` if npm refuses a tarball; the earlier tarballs are then already published
 */
export async function publish(
  publications: readonly Publication[],
  { userconfig, log }: PublishOptions,
): Promise<void> {
  const settings = userconfig === undefined ? [] : ['--userconfig', userconfig];
  for (const { name, version, tarball } of publications) {
    const spec = `${name}@${version}`;
    if (await isPublished(spec, settings)) {
      log(`${spec} is already published`);
      continue;
    }
    const tag = version.includes('-') ? 'next' : 'latest';
    try {
      const words = ['publish', tarball, '--access', 'public', '--tag', tag, ...settings];
      await promisify(execFile)('npm', words, { shell });
    } catch (cause) {
      throw scriptError(
        'RELEASE_COMMAND',
        `release: npm did not publish ${spec}; expected success. Correct the cause and run the command again; published packages are skipped. Its output:\n${textOf(cause)}`,
        { cause },
      );
    }
    log(`published ${spec}`);
  }
}

async function isPublished(spec: string, settings: readonly string[]): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('npm', ['view', spec, 'version', ...settings], { shell });
    return stdout.trim() !== '';
  } catch (cause) {
    if (textOf(cause).includes('E404')) return false;
    throw scriptError(
      'RELEASE_COMMAND',
      `release: npm view failed for ${spec}; expected its version, or E404. Its output:\n${textOf(cause)}`,
      { cause },
    );
  }
}

function textOf(cause: unknown): string {
  if (cause instanceof Error && 'stderr' in cause) return String(cause.stderr);
  return String(cause);
}
