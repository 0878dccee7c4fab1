import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { printable } from '@isonoise/error';
import { CliError } from '../errors.ts';
import { checkOutputFolder, isWithin } from '../outputs/check-outputs.ts';
import type { ExportFlags } from './export-flags.ts';
import { requireFree } from './replace-folder.ts';

/** Maximum length of a model's name, in characters. */
const MAX_NAME = 200;
/** Maximum number of images on a sheet. Drawing more would take hours. */
const MAX_SAMPLES = 1024;

/**
 * Checks the options of an export, before anything is read.
 *
 * @param name name of the model
 * @param kind kind of the source; a re-export may replace the model that it reads
 * @returns whether the export replaces the model that it reads
 * @throws `CLI_USAGE` if an option is invalid; `CLI_OUTPUT_EXISTS` if the folder cannot be written or replaced
 */
export async function checkExport(
  path: string,
  { out, samples, force }: ExportFlags,
  name: string,
  kind: 'run' | 'model' | 'Python model',
): Promise<boolean> {
  const place = await checkOutputFolder('--out', out, { model: true });
  const source = await realpath(path).catch(() => resolve(path));
  const isItself = kind === 'model' && place.real === source;
  if (!isItself && (isWithin(place.real, source) || isWithin(source, place.real))) {
    throw new CliError(
      'CLI_USAGE',
      `--out ${out}: ${place.real === source ? 'is' : isWithin(place.real, source) ? 'is inside' : 'contains'} the ` +
        `${kind === 'run' ? 'run' : 'model'} ${path}, which is read; expected a different folder.`,
    );
  }
  if (name.length > MAX_NAME || printable(name) !== name) {
    throw new CliError(
      'CLI_USAGE',
      `--name ${name}: expected at most ${MAX_NAME} characters, and no control characters.`,
    );
  }
  if (samples > MAX_SAMPLES) {
    throw new CliError(
      'CLI_USAGE',
      `--samples ${samples}: expected at most ${MAX_SAMPLES} images on samples.png.`,
    );
  }
  await requireFree(out, force === true);
  return isItself;
}

/** Checks `--sample-steps`. @throws `CLI_USAGE` if the schedule does not have enough timesteps */
export function requireSteps({ sampleSteps: steps }: ExportFlags, timesteps: number): void {
  if (steps === undefined || steps <= timesteps) return;
  throw new CliError(
    'CLI_USAGE',
    `--sample-steps ${steps}: the schedule has ${timesteps} timesteps; expected at most ${timesteps}.`,
  );
}
