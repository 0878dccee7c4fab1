import { BUNDLE_PATHS, type JsonObject, parseManifest, readOnnxFile } from '@isonoise/bundle';
import { coloursOf, isLookRecord, noPaletteReason } from '@isonoise/data';
import { isDatasetName } from '@isonoise/data/published';
import type { Finish, PaletteColour } from '@isonoise/picture';
import { bundleFiles, isOnnxFile, readRegularFile } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';
import { readPalette } from './palette-file.ts';
import type { SampleFlags } from './sample-flags.ts';

/**
 * Returns the changes that `--symmetry` and `--palette` request for drawn images.
 *
 * @param source path of the model
 * @throws `CLI_USAGE` if the palette cannot be read, or if the model does not record a palette
 */
export async function finishOf(
  source: string,
  { palette, symmetry }: Pick<SampleFlags, 'palette' | 'symmetry'>,
): Promise<Finish> {
  return {
    mirror: symmetry !== undefined,
    palette:
      palette === undefined
        ? null
        : palette === 'auto'
          ? await recordedPalette(source)
          : await readPalette(palette),
  };
}

async function recordedPalette(source: string): Promise<readonly PaletteColour[]> {
  const isFile = await isOnnxFile(source);
  const { training } = isFile
    ? await readOnnxFile(await readRegularFile(source), undefined, source)
    : parseManifest(await (await bundleFiles(source)).read(BUNDLE_PATHS.manifest));
  const look: unknown = training.look;
  if (isLookRecord(look) && look.palette !== null) return coloursOf(look.palette);
  const folder = isFile && isEmpty(training) ? ', or use the folder of the model if it has one' : '';
  throw new CliError(
    'CLI_USAGE',
    `--palette auto: ${source} does not record a palette, because ${reasonOf(training)}; expected a palette file. Pass a file with --palette${folder}.`,
  );
}

/** Returns the reason why a model has no palette. @param training record of the training in the manifest */
function reasonOf(training: JsonObject): string {
  const { look, imported, dataset } = training;
  if (isEmpty(training)) return 'it has no record of its training';
  if (isLookRecord(look)) return noPaletteReason(look);
  if (imported !== undefined) return 'it was imported, so its training images are unknown';
  if (typeof dataset === 'string' && isDatasetName(dataset))
    return `it was trained on ${dataset}, whose colours are not recorded`;
  return 'an earlier version of isonoise trained or exported it';
}

const isEmpty = (training: JsonObject): boolean => Object.keys(training).length === 0;
