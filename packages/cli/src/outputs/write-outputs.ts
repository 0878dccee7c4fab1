import { mkdir } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { codeOf } from '@isonoise/error';
import { atomicWriteAll, writeOutput } from '../atomic-write.ts';
import { CliError } from '../errors.ts';
import { writing } from '../write-error.ts';
import { checkOutputFiles, type OutputFile } from './check-outputs.ts';
import { inspectPlace } from './place.ts';

/** The outputs of a command and the arguments with which {@link checkOutputFiles} checks them. */
export interface Outputs {
  readonly files: readonly OutputFile[];
  /** Files and folders of models that the command reads. */
  readonly inputs: readonly string[];
  /** Whether an output may replace any file. Default: false. */
  readonly overwrite: boolean | undefined;
}

/** The path of an output, and its content. */
export type Content = readonly [path: string, data: Uint8Array | string];

/**
 * Writes outputs of a command, and creates their folders. The paths are checked again, because other files
 * may have appeared while the command worked. In that case, the outputs get free names beside these files,
 * such as `samples.new.png`, so that no work is lost. If a file cannot be written, no file is changed. If
 * only a rename fails, the error lists the files that were already written. Pipes and devices are written
 * first, because they cannot be changed together with files.
 *
 * @throws `CLI_OUTPUT_EXISTS` with the free names, and `CLI_USAGE`, for the same reasons as {@link checkOutputFiles};
 *   WriteError `CLI_WRITE_FAILED` if the file system refuses
 */
export async function writeOutputs(
  { files, inputs, overwrite }: Outputs,
  contents: readonly Content[],
): Promise<void> {
  const paths = new Set(contents.map(([path]) => path));
  const own = files.filter(({ path }) => paths.has(path));
  try {
    await checkOutputFiles(own, inputs, overwrite);
  } catch (error) {
    if (codeOf(error) !== 'CLI_OUTPUT_EXISTS' || !(error instanceof Error)) throw error;
    const renamed: Content[] = [];
    for (const [path, data] of contents) renamed.push([await freeName(path), data]);
    await writeAll(renamed);
    const names = renamed.map(([path]) => path).join(', ');
    throw new CliError('CLI_OUTPUT_EXISTS', `${error.message} The outputs were written to ${names}.`, {
      cause: error,
    });
  }
  await writeAll(contents);
}

/**
 * Returns a path at which no file exists, such as `samples.new.png`. The paths of pipes and devices are
 * returned unchanged.
 */
async function freeName(path: string): Promise<string> {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const { found } = await inspectPlace(path);
  if (found !== null && !found.isFile()) return path;
  for (let number = 1; ; number++) {
    const free = `${stem}.new${number === 1 ? '' : `-${number}`}${extension}`;
    if ((await inspectPlace(free)).found === null) return free;
  }
}

async function writeAll(contents: readonly Content[]): Promise<void> {
  const regular = new Map<string, Uint8Array | string>();
  const places = new Map<string, string>();
  for (const [path, data] of contents) {
    const { real, found } = await inspectPlace(path);
    if (found !== null && !found.isFile()) {
      await writeOutput(path, data);
      continue;
    }
    await writing(path, () => mkdir(dirname(real), { recursive: true }));
    regular.set(path, data);
    places.set(path, real);
  }
  await atomicWriteAll(regular, (path) => places.get(path) ?? path);
}
