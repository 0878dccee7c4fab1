import { basename, resolve } from 'node:path';
import { isDatasetName } from '@isonoise/data/node';
import { CliError } from '../errors.ts';

/** Matches control characters, and characters that some file systems do not allow in names. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are refused.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f/\\<>:"|?*]/u;
/** Matches device names on Windows, with any extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const MAX_LENGTH = 100;

/**
 * Returns the name of a run: `--name`, or by default the name of the data set or folder.
 *
 * @throws `CLI_USAGE` if `--name` is not a valid folder name on every system
 */
export function runName(name: string | undefined, dataset: string): string {
  if (name !== undefined) return checkedRunName(name);
  if (isDatasetName(dataset)) return dataset;
  // The folder exists on this system, but its name can be invalid on a different system.
  const folder = basename(resolve(dataset)).replace(new RegExp(FORBIDDEN, 'gu'), '-');
  return isName(folder) ? folder : 'run';
}

/** Checks the name of a run. @throws `CLI_USAGE` if it is not a valid folder name on every system */
export function checkedRunName(name: string): string {
  if (isName(name)) return name;
  throw new CliError(
    'CLI_USAGE',
    `--name ${JSON.stringify(name)}: is not a folder name; expected 1 to ${MAX_LENGTH} characters. The name must not start ` +
      'with . or -, end with . or a space, or contain / \\ < > : " | ? *. Use --runs to choose a different folder for runs.',
  );
}

function isName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= MAX_LENGTH &&
    !FORBIDDEN.test(name) &&
    !DEVICE.test(name) &&
    !/^[.-]|[. ]$|^ /.test(name)
  );
}
