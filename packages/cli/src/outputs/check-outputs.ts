import { extname, relative, resolve, sep } from 'node:path';
import { CliError } from '../errors.ts';
import { isOwnOutput, OWN_OUTPUTS } from './own-output.ts';
import { inspectPlace, type Place } from './place.ts';

/** File extensions of the output formats. A name without an extension is also accepted. */
const EXTENSIONS = {
  PNG: ['.png'],
  'GIF or APNG': ['.gif', '.png', '.apng'],
  NPY: ['.npy'],
  JSON: ['.json'],
  'atlas JSON': ['.json'],
  ONNX: ['.onnx'],
} as const;

/** An output file of an option. */
export interface OutputFile {
  /** Name of the option, such as `--out`. */
  readonly flag: string;
  readonly path: string;
  readonly format: keyof typeof EXTENSIONS;
  /**
   * True if the path is a folder for files whose names are not known yet. Then only the folder is checked.
   */
  readonly isFolder?: true;
}

/** Extensions that a model's folder must not have. */
const FILE_EXTENSIONS = /\.(onnx|zip|safetensors|a?png|jpe?g|gif|npy|json|pt|pth|ckpt|bin)$/i;

/**
 * Checks that files can be written, before a command starts its work.
 *
 * @param inputs files, and folders of models, that the command reads. An output must not replace such a
 *   file, or be inside such a folder
 * @param overwrite whether an output may replace any file. Otherwise, it may replace only an earlier output of isonoise
 * @throws `CLI_USAGE` for an empty name, a folder, the extension of a different format, a path that cannot
 *   be written, two outputs to one file, and an output that is an input or inside its folder;
 *   `CLI_OUTPUT_EXISTS` if an output would replace a file that is not an earlier output
 */
export async function checkOutputFiles(
  outputs: readonly OutputFile[],
  inputs: readonly string[] = [],
  overwrite = false,
): Promise<void> {
  const sources: Source[] = [];
  for (const input of inputs) sources.push({ input, place: await inspectPlace(input) });
  const seen = new Map<string, OutputFile>();
  const existing: OutputFile[] = [];
  for (const output of outputs) {
    const { flag, path, format } = output;
    if (output.isFolder === true) {
      const folder = await checkOutputFolder(flag, path);
      for (const source of sources) requireOutside(flag, path, folder, source);
      continue;
    }
    requireName(flag, path, `the name of a ${format} file`);
    const extension = extname(path);
    const expected: readonly string[] = EXTENSIONS[format];
    if (extension !== '' && !expected.includes(extension.toLowerCase())) {
      const named = path.slice(0, -extension.length) + EXTENSIONS[format][0];
      fail(
        flag,
        path,
        `the extension is ${extension}, but the file is a ${format}; expected ${expected.join(', ')}. Use ${flag} ${named}`,
      );
    }
    const place = await inspectPlace(path);
    if (place.found?.isDirectory() || /[/\\]$/.test(path)) {
      fail(flag, path, `names a folder; expected the name of a ${format} file`);
    }
    requireWritable(flag, path, place);
    for (const source of sources) requireOutside(flag, path, place, source);
    // Several outputs may go to the same device, such as /dev/null.
    if (place.found !== null && !place.found.isFile()) continue;
    const key = keyOf(place);
    const other = seen.get(key);
    if (other !== undefined) {
      fail(flag, path, `is also the file of ${other.flag} ${other.path}; expected two different files`);
    }
    seen.set(key, output);
    if (place.found !== null) existing.push(output);
  }
  if (!overwrite) for (const output of existing) await requireOwn(output);
}

/** Checks that an existing file may be replaced. @throws `CLI_OUTPUT_EXISTS` if the file is not an earlier output of isonoise */
async function requireOwn({ flag, path, format }: OutputFile): Promise<void> {
  // The commands that write ONNX files check existing files themselves.
  if (format === 'ONNX' || (await isOwnOutput(path, format))) return;
  throw new CliError(
    'CLI_OUTPUT_EXISTS',
    `${flag} ${path}: exists, but is not ${OWN_OUTPUTS[format]}; expected an earlier output of isonoise or a new file. ` +
      'Choose a different file, or add --overwrite.',
  );
}

/** The path of an input, and the inspected place. */
interface Source {
  readonly input: string;
  readonly place: Place;
}

/** Returns a key that is equal for all names of the same file. */
const keyOf = ({ real, found }: Place): string => (found === null ? real : `${found.dev}:${found.ino}`);

/** Checks that an output is neither an input nor inside the folder of an input. */
function requireOutside(flag: string, path: string, output: Place, { input, place }: Source): void {
  if (place.found?.isDirectory() && isWithin(output.real, place.real)) {
    fail(
      flag,
      path,
      `is inside the model's folder ${input}, whose files are protected by hashes; expected a path outside it`,
    );
  }
  if (place.found?.isFile() && keyOf(output) === keyOf(place)) {
    fail(
      flag,
      path,
      `would replace ${input}, which is an input; expected a different file. Choose a different file with ${flag}`,
    );
  }
}

/**
 * Checks that a folder can be written, before a command starts its work. The caller checks the content of the
 * folder.
 *
 * @param model whether the folder is for a model. The name of such a folder must not look like a file name
 * @throws `CLI_USAGE` if the folder cannot be written
 */
export async function checkOutputFolder(
  flag: string,
  path: string,
  { model = false }: { readonly model?: boolean } = {},
): Promise<Place> {
  requireName(flag, path, 'the name of a folder');
  if (model && FILE_EXTENSIONS.test(path)) {
    const named = path.replace(FILE_EXTENSIONS, '');
    fail(
      flag,
      path,
      `names a file; expected the name of a folder, which will contain the graph as unet/model.onnx. Use ${flag} ${named}`,
    );
  }
  const place = await inspectPlace(path);
  if (place.found !== null && !place.found.isDirectory())
    fail(flag, path, 'is a file; expected the name of a folder');
  requireWritable(flag, path, place);
  if (model && isWithin(resolve('.'), place.real)) {
    fail(flag, path, 'is the working folder or contains it; expected a separate folder for the model');
  }
  return place;
}

/** Whether `path` is `folder` or inside it. Both must be absolute. */
export function isWithin(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return (
    inside === '' ||
    (inside.split(sep)[0] !== '..' && resolve(folder, inside) === path && !/^([a-z]:|[/\\])/i.test(inside))
  );
}

function requireName(flag: string, path: string, expected: string): void {
  if (path === '') fail(flag, "''", `is empty; expected ${expected}`);
  if (path === '-') fail(flag, path, `standard output is reserved for the report; expected ${expected}`);
  if (path.includes('\0')) fail(flag, path, `contains a NUL character; expected ${expected}`);
}

function requireWritable(flag: string, path: string, { problem }: Place): void {
  if (problem !== null) fail(flag, path, `cannot be written: ${problem}; expected a writable path`);
}

function fail(flag: string, path: string, problem: string): never {
  throw new CliError('CLI_USAGE', `${flag} ${path}: ${problem}.`);
}
