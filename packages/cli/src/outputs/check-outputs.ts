import { extname, relative, resolve, sep } from 'node:path';
import { CliError } from '../errors.ts';
import { inspectPlace, type Place } from './place.ts';

/** Formats of output files and their file extensions. A name without an extension is also accepted. */
const EXTENSIONS = { PNG: '.png', GIF: '.gif', NPY: '.npy', JSON: '.json' } as const;

/** A file that an option tells a command to write. */
export interface OutputFile {
  /** `--out` */
  readonly flag: string;
  readonly path: string;
  readonly format: keyof typeof EXTENSIONS;
}

/** Extensions that the name of a model's folder must not have. */
const FILE_EXTENSIONS = /\.(onnx|zip|safetensors|png|jpe?g|gif|npy|json|pt|pth|ckpt|bin)$/i;

/**
 * Checks before the work that the files can be written.
 *
 * @param input a folder that is read, into which nothing may be written
 * @throws `CLI_USAGE` for a folder, a missing name, the extension of another format, a place that cannot be
 *   written, one file for two outputs, a file within `input`
 */
export async function checkOutputFiles(outputs: readonly OutputFile[], input?: string): Promise<void> {
  const source = input === undefined ? null : await inspectPlace(input);
  const seen = new Map<string, OutputFile>();
  for (const output of outputs) {
    const { flag, path, format } = output;
    requireName(flag, path, `the name of a ${format} file`);
    const extension = extname(path);
    if (extension !== '' && extension.toLowerCase() !== EXTENSIONS[format]) {
      const named = path.slice(0, -extension.length) + EXTENSIONS[format];
      fail(
        flag,
        path,
        `the extension is ${extension}, but the file is a ${format}; expected ${EXTENSIONS[format]}. Use ${flag} ${named}`,
      );
    }
    const place = await inspectPlace(path);
    if (place.found?.isDirectory() || /[/\\]$/.test(path)) {
      fail(flag, path, `names a folder; expected the name of a ${format} file`);
    }
    requireWritable(flag, path, place);
    if (source?.found?.isDirectory() && isWithin(place.real, source.real)) {
      fail(
        flag,
        path,
        `is inside the model's folder ${input}, whose files are protected by hashes; expected another place`,
      );
    }
    // A device such as /dev/null may take several outputs.
    if (place.found !== null && !place.found.isFile()) continue;
    const key = place.found === null ? place.real : `${place.found.dev}:${place.found.ino}`;
    const other = seen.get(key);
    if (other !== undefined) {
      fail(flag, path, `is also the file of ${other.flag} ${other.path}; expected two different files`);
    }
    seen.set(key, output);
  }
}

/**
 * Checks before the work that a folder can be written. The caller checks what it already contains.
 *
 * @param model whether the folder is that of a model, whose name must not look like a file name
 * @throws `CLI_USAGE`
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

/** Whether `path` is `folder` or inside it; both are absolute. */
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
  if (problem !== null) fail(flag, path, `cannot be written: ${problem}; expected a writable place`);
}

function fail(flag: string, path: string, problem: string): never {
  throw new CliError('CLI_USAGE', `${flag} ${path}: ${problem}.`);
}
