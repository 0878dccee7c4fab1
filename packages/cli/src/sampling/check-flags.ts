import { sheetSize } from '@isonoise/picture';
import { DEFAULT_SAMPLER, PLAN_LIMITS, settingNames, settingsOf } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { checkOutputFiles, type OutputFile } from '../outputs/check-outputs.ts';
import { dashed } from '../terminal/dashed.ts';
import { DRAWING_FLAGS, type SampleFlags } from './sample-flags.ts';

/**
 * Checks everything that can be checked before the model is loaded.
 *
 * @param source the model, into whose folder nothing may be written
 * @throws `CLI_USAGE`; `PICTURE_OPTION`
 */
export async function checkFlags(source: string, flags: SampleFlags): Promise<void> {
  const {
    resumeState,
    saveState,
    stopAfter,
    sampler = DEFAULT_SAMPLER,
    guidance = 1,
    count = 1,
    scale = 1,
  } = flags;
  if (count > PLAN_LIMITS.images) fail(`--count ${count}: expected at most ${PLAN_LIMITS.images} images.`);
  // Checks the options of the sheet for the smallest image; the size of the model's images is not known yet.
  sheetSize([1, 1, 1, 1], { scale, columns: flags.columns ?? 1 });
  if (resumeState !== undefined) {
    const extra = DRAWING_FLAGS.filter((flag) => flags[flag] !== undefined).map((flag) =>
      dashed(flag, flags[flag]),
    );
    if (extra.length > 0) {
      fail(`--resume-state: the saved state determines what is drawn. Leave out ${extra.join(', ')}.`);
    }
  }
  for (const setting of settingNames) {
    if (flags[setting] !== undefined && !settingsOf(sampler).includes(setting)) {
      fail(
        `${dashed(setting, flags[setting])}: is not a setting of the sampler ${sampler}. Leave it out or choose another --sampler.`,
      );
    }
  }
  if (guidance !== 1 && flags.class === undefined && flags.classIndex === undefined) {
    fail(`--guidance ${guidance}: needs a class. Add --class, or leave it out.`);
  }
  if (stopAfter !== undefined && saveState === undefined) {
    fail('--stop-after: needs a file for the state. Add --save-state <file>, or leave it out.');
  }
  await checkOutputFiles(outputsOf(flags), source);
}

/** The files that the command writes, in order. */
export function outputsOf({ out, gif, npy, saveState }: SampleFlags): readonly OutputFile[] {
  const named = (flag: string, path: string | undefined, format: OutputFile['format']): OutputFile[] =>
    path === undefined ? [] : [{ flag, path, format }];
  return [
    ...named('--out', out, 'PNG'),
    ...named('--gif', gif, 'GIF'),
    ...named('--npy', npy, 'NPY'),
    ...named('--save-state', saveState, 'JSON'),
  ];
}

function fail(message: string): never {
  throw new CliError('CLI_USAGE', message);
}
