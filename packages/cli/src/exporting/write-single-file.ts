import { BUNDLE_PATHS, readBundleFile, toSingleFile } from '@isonoise/bundle';
import type { ExportResult } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { atomicWrite } from '../atomic-write.ts';
import { checkOutputFiles } from '../outputs/check-outputs.ts';
import { bytes } from '../terminal/format.ts';
import type { ExportFlags } from './export-flags.ts';

type Flags = Pick<ExportFlags, 'out' | 'singleFile'>;

/** Checks the path of `--single-file`. @param source path of the exported or imported model */
export async function checkSingleFile(source: string, { out, singleFile }: Flags): Promise<void> {
  if (singleFile === undefined) return;
  const file = { flag: '--single-file', path: singleFile, format: 'ONNX' } as const;
  await checkOutputFiles([file], [source, out]);
}

/** Writes the file of `--single-file`. @returns rows for the report */
export async function writeSingleFile(
  { manifest }: ExportResult,
  { out, singleFile }: Flags,
): Promise<readonly (readonly [string, string])[]> {
  if (singleFile === undefined) return [];
  const onnx = await readBundleFile(nodeFiles(out), manifest, BUNDLE_PATHS.onnx);
  const file = toSingleFile({ manifest, onnx });
  await atomicWrite(singleFile, file);
  return [['single file', `${singleFile}: ${bytes(file.length)}`]];
}
