import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { printable } from '@isonoise/bundle/printable';
import { CliError } from '../errors.ts';
import { checkOutputFolder, isWithin } from '../outputs/check-outputs.ts';
import type { ExportFlags } from './export-flags.ts';
import { requireFree } from './replace-folder.ts';

/** Names of models that a bundle may have. */
const MOST_NAME = 200;
/** A sheet of more says nothing more, and takes hours. */
const MOST_SAMPLES = 1024;

/**
 * What can be known to be wrong before anything is read.
 *
 * @param name of the model
 * @param model whether the source is a model, which may be replaced by itself
 * @throws `CLI_USAGE`, `CLI_OUTPUT_EXISTS`
 */
export async function checkExport(
  path: string,
  { out, samples, force }: ExportFlags,
  name: string,
  model: boolean,
): Promise<void> {
  const place = await checkOutputFolder('--out', out, { model: true });
  const source = await realpath(path).catch(() => resolve(path));
  const isItself = model && place.real === source;
  if (!isItself && (isWithin(place.real, source) || isWithin(source, place.real))) {
    throw new CliError(
      'CLI_USAGE',
      `--out ${out}: lies in the ${model ? 'model' : 'run'} ${path}, or holds it; expected another folder.`,
    );
  }
  if (name.length > MOST_NAME || printable(name) !== name) {
    throw new CliError(
      'CLI_USAGE',
      `--name ${name}: expected at most ${MOST_NAME} characters, none of them a control character.`,
    );
  }
  if (samples > MOST_SAMPLES) {
    throw new CliError(
      'CLI_USAGE',
      `--samples ${samples}: expected at most ${MOST_SAMPLES} images on samples.png.`,
    );
  }
  await requireFree(out, force === true);
}

/** @throws `CLI_USAGE` more steps than the schedule has timesteps */
export function requireSteps({ sampleSteps: steps }: ExportFlags, timesteps: number): void {
  if (steps <= timesteps) return;
  throw new CliError(
    'CLI_USAGE',
    `--sample-steps ${steps}: the schedule has ${timesteps} timesteps; expected at most as many.`,
  );
}
