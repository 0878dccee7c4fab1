import { basename, resolve } from 'node:path';
import { isDatasetName } from '@isonoise/data/node';
import { CliError } from '../errors.ts';

/** Characters that no file system here allows in a name, and those that no terminal shows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f/\\<>:"|?*]/u;
/** Names of devices on Windows, whatever their extension. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const LONGEST = 100;

/**
 * The name of a run: what `--name` says, else that of the data set or of the folder of images.
 *
 * @throws `CLI_USAGE` where it is not the name of one folder, on every system
 */
export function runName(name: string | undefined, dataset: string): string {
  if (name !== undefined) return checkedName(name);
  if (isDatasetName(dataset)) return dataset;
  // A folder's own name exists, but perhaps not everywhere.
  const folder = basename(resolve(dataset)).replace(new RegExp(FORBIDDEN, 'gu'), '-');
  return isName(folder) ? folder : 'run';
}

function checkedName(name: string): string {
  if (isName(name)) return name;
  throw new CliError(
    'CLI_USAGE',
    `--name ${JSON.stringify(name)}: not the name of a folder; expected 1 to ${LONGEST} characters that do not begin ` +
      'with . or -, do not end with . or a space, and hold none of / \\ < > : " | ? *. Use --runs for another place.',
  );
}

function isName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= LONGEST &&
    !FORBIDDEN.test(name) &&
    !DEVICE.test(name) &&
    !/^[.-]|[. ]$|^ /.test(name)
  );
}
