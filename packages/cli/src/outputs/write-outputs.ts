import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { atomicWriteAll, writeOutput } from '../atomic-write.ts';
import { writing } from '../write-error.ts';
import { checkOutputFiles, type OutputFile } from './check-outputs.ts';
import { inspectPlace } from './place.ts';

/** The outputs of a command, as {@link checkOutputFiles} checks them. */
export interface Outputs {
  readonly files: readonly OutputFile[];
  /** Files and folders of models that the command reads. */
  readonly inputs: readonly string[];
  /** Whether an output may replace any file. Default false. */
  readonly overwrite: boolean | undefined;
}

/** The path of an output, and its content. */
export type Content = readonly [path: string, data: Uint8Array | string];

/**
 * Writes outputs of a command, and creates their folders. The paths are checked again, because other files may have
 * appeared while the command worked. If a file cannot be written, no file is changed. Pipes and devices are written
 * first, because they cannot be changed together with files.
 *
 * @throws `CLI_OUTPUT_EXISTS` and `CLI_USAGE` as {@link checkOutputFiles}; WriteError `CLI_WRITE_FAILED`
 */
export async function writeOutputs(
  { files, inputs, overwrite }: Outputs,
  contents: readonly Content[],
): Promise<void> {
  const paths = new Set(contents.map(([path]) => path));
  await checkOutputFiles(
    files.filter(({ path }) => paths.has(path)),
    inputs,
    overwrite,
  );
  const regular = new Map<string, Uint8Array | string>();
  for (const [path, data] of contents) {
    const { real, found } = await inspectPlace(path);
    if (found !== null && !found.isFile()) {
      await writeOutput(path, data);
      continue;
    }
    await writing(path, () => mkdir(dirname(real), { recursive: true }));
    regular.set(real, data);
  }
  await atomicWriteAll(regular);
}
