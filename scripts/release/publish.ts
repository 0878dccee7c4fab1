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
  /** npm's settings instead of the user's: which registry, and the token. */
  readonly userconfig?: string | undefined;
  readonly log: (line: string) => void;
}

const shell = process.platform === 'win32';

/**
 * Publishes tarballs one after the other. What the registry has already is left out, so that a release that was
 * interrupted is completed by a second call.
 *
 * @param publications each after those that it needs: what is published can be installed at any moment
 * @throws `RELEASE_COMMAND` npm refused one; those before it are published
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
        `release: npm did not publish ${spec}; expected it to. Mend what it says, and run the command again: what is published is left out.\n${textOf(cause)}`,
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
      `release: the registry did not say whether it has ${spec}; expected an answer.\n${textOf(cause)}`,
      { cause },
    );
  }
}

function textOf(cause: unknown): string {
  if (cause instanceof Error && 'stderr' in cause) return String(cause.stderr);
  return String(cause);
}
