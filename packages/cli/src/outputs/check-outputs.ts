import { extname, relative, resolve, sep } from 'node:path';
import { CliError } from '../errors.ts';
import { inspectPlace, type Place } from './place.ts';

/** What is written into a file, by the ending that its name may have. A name without an ending is taken, too. */
const ENDINGS = { PNG: '.png', GIF: '.gif', NPY: '.npy', JSON: '.json' } as const;

/** A file that a command was told to write. */
export interface OutputFile {
  /** `--out` */
  readonly flag: string;
  readonly path: string;
  readonly format: keyof typeof ENDINGS;
}

/** Endings of single files: a model is a folder. */
const FILE_ENDINGS = /\.(onnx|zip|safetensors|png|jpe?g|gif|npy|json|pt|pth|ckpt|bin)$/i;

/**
 * Whether the files can be written, before the work is done.
 *
 * @param input a folder that is read: nothing is written into it
 * @throws `CLI_USAGE` for a folder, a missing name, another format's ending, a place that cannot be written, one file
 *   for two outputs, a file within `input`
 */
export async function checkOutputFiles(outputs: readonly OutputFile[], input?: string): Promise<void> {
  const source = input === undefined ? null : await inspectPlace(input);
  const seen = new Map<string, OutputFile>();
  for (const output of outputs) {
    const { flag, path, format } = output;
    requireName(flag, path, `the name of a ${format} file`);
    const ending = extname(path);
    if (ending !== '' && ending.toLowerCase() !== ENDINGS[format]) {
      const named = path.slice(0, -ending.length) + ENDINGS[format];
      fail(
        flag,
        path,
        `the ending is ${ending}, but what is written is ${format}; expected ${ENDINGS[format]}. Say ${flag} ${named}`,
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
        `lies in the model's own folder ${input}, whose files have hashes; expected another place`,
      );
    }
    // Devices take any number of outputs: `/dev/null`.
    if (place.found !== null && !place.found.isFile()) continue;
    const key = place.found === null ? place.real : `${place.found.dev}:${place.found.ino}`;
    const other = seen.get(key);
    if (other !== undefined) {
      fail(flag, path, `is the file of ${other.flag} ${other.path} as well; expected a file for each`);
    }
    seen.set(key, output);
  }
}

/**
 * Whether a folder can be written, before the work is done. What it may hold already is the caller's question.
 *
 * @param model the folder of a model: no name of a single file
 * @throws `CLI_USAGE`
 */
export async function checkOutputFolder(
  flag: string,
  path: string,
  { model = false }: { readonly model?: boolean } = {},
): Promise<Place> {
  requireName(flag, path, 'the name of a folder');
  if (model && FILE_ENDINGS.test(path)) {
    const named = path.replace(FILE_ENDINGS, '');
    fail(
      flag,
      path,
      `names a file, but a model is a folder; its graph is in unet/model.onnx. Say ${flag} ${named}`,
    );
  }
  const place = await inspectPlace(path);
  if (place.found !== null && !place.found.isDirectory())
    fail(flag, path, 'is a file; expected the name of a folder');
  requireWritable(flag, path, place);
  if (model && isWithin(resolve('.'), place.real)) {
    fail(
      flag,
      path,
      'is the working folder, or one that it lies in; expected a folder of its own for the model',
    );
  }
  return place;
}

/** Whether `path` is `folder` or lies in it; both absolute. */
export function isWithin(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return (
    inside === '' ||
    (inside.split(sep)[0] !== '..' && resolve(folder, inside) === path && !/^([a-z]:|[/\\])/i.test(inside))
  );
}

function requireName(flag: string, path: string, expected: string): void {
  if (path === '') fail(flag, "''", `is empty; expected ${expected}`);
  if (path === '-') fail(flag, path, `standard output is for the report; expected ${expected}`);
  if (path.includes('\0')) fail(flag, path, `holds a NUL character; expected ${expected}`);
}

function requireWritable(flag: string, path: string, { problem }: Place): void {
  if (problem !== null) fail(flag, path, `cannot be written: ${problem}; expected a place that can`);
}

function fail(flag: string, path: string, problem: string): never {
  throw new CliError('CLI_USAGE', `${flag} ${path}: ${problem}.`);
}
