import { stat } from 'node:fs/promises';
import { BUNDLE_PATHS, readBundleFile, readOnnxMetadata, toSingleFile } from '@isonoise/bundle';
import type { ExportResult } from '@isonoise/export';
import { nodeFiles, readRegularFile } from '@isonoise/runtime-node';
import { atomicWrite } from '../atomic-write.ts';
import { CliError } from '../errors.ts';
import { checkOutputFiles, isWithin } from '../outputs/check-outputs.ts';
import { inspectPlace } from '../outputs/place.ts';
import { bytes } from '../terminal/format.ts';
import type { ExportFlags } from './export-flags.ts';

type Flags = Pick<ExportFlags, 'out' | 'singleFile' | 'force'>;

/**
 * Checks the path of `--single-file`, before anything is read.
 *
 * @param source path of the exported or imported model
 * @param flags flags of the command, with a folder that the command writes as `out`
 * @throws `CLI_USAGE` if the path cannot be written, or is inside or above the folder `out`; `CLI_OUTPUT_EXISTS` if a file exists, unless it is a
 *   model of isonoise and `--force` is given
 */
export async function checkSingleFile(source: string, flags: Flags): Promise<void> {
  const { out, singleFile, force } = flags;
  if (singleFile === undefined) return;
  const file = { flag: '--single-file', path: singleFile, format: 'ONNX' } as const;
  await checkOutputFiles([file], [source]);
  const [place, folder] = [(await inspectPlace(singleFile)).real, (await inspectPlace(out)).real];
  if (isWithin(place, folder) || isWithin(folder, place)) {
    throw new CliError(
      'CLI_USAGE',
      `--single-file ${singleFile}: ${isWithin(place, folder) ? 'is inside' : 'contains'} the folder ${out}, which this command writes; ` +
        'expected a file beside this folder. Choose a different file.',
    );
  }
  // A device such as /dev/null has no contents to lose.
  if ((await stat(singleFile).catch(() => null))?.isFile() !== true) return;
  if (!(await isModelFile(singleFile)))
    refuse(singleFile, 'exists but is not a model of isonoise; not overwritten. Choose a different file');
  if (force !== true)
    refuse(singleFile, 'already contains a model. Add --force to replace it, or choose a different file');
}

/** Whether a file is an ONNX graph that isonoise exported. */
async function isModelFile(path: string): Promise<boolean> {
  const bytes = await readRegularFile(path);
  try {
    return Object.keys(readOnnxMetadata(bytes)).some((key) => key.startsWith('isonoise.'));
  } catch {
    return false;
  }
}

function refuse(path: string, problem: string): never {
  throw new CliError('CLI_OUTPUT_EXISTS', `--single-file ${path}: ${problem}.`);
}

/** Writes the file of `--single-file`. @returns rows for the report; empty if the option was not given */
export async function writeSingleFile(
  { manifest }: ExportResult,
  { out, singleFile }: Flags,
): Promise<readonly (readonly [string, string])[]> {
  if (singleFile === undefined) return [];
  const onnx = await readBundleFile(nodeFiles((await inspectPlace(out)).real), manifest, BUNDLE_PATHS.onnx);
  const file = toSingleFile({ manifest, onnx });
  await atomicWrite(singleFile, file);
  return [['single file', `${singleFile}: ${bytes(file.length)}`]];
}
