import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DataError } from '../errors.ts';

const run = promisify(execFile);

/**
 * Returns the address of the registry from which npm installs the packages of a scope. npm determines it from
 * environment variables, .npmrc files and its default.
 *
 * @param scope scope of the packages, such as `@iconify-json`
 * @param env environment for npm. Default: the environment of this process
 * @throws DataError `DATA_NOT_FOUND` if npm cannot be run
 */
export async function npmRegistry(scope: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const own = `${scope}:registry`;
  try {
    // On Windows, npm is a script, which needs a shell.
    const { stdout } = await run('npm', ['config', 'get', own, 'registry'], {
      env,
      shell: process.platform === 'win32',
    });
    const settings = new Map(
      stdout.split('\n').map((line): [string, string] => {
        const at = line.indexOf('=');
        return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
    );
    const found = [own, 'registry']
      .map((name) => settings.get(name))
      .find((value) => URL.canParse(value ?? ''));
    if (found !== undefined) return found;
    throw new Error(`npm config get printed ${JSON.stringify(stdout)}`);
  } catch (cause) {
    throw new DataError(
      'DATA_NOT_FOUND',
      `npm registry: it cannot be read from npm (${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}); ` +
        'expected npm with a registry. Name the registry with --base-url.',
      { cause },
    );
  }
}
