import { sheetSize } from '@isonoise/picture';
import { DEFAULT_SAMPLER, PLAN_LIMITS, type SettingName, samplers } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { checkOutputFiles, type OutputFile } from '../outputs/check-outputs.ts';
import { DRAWING_FLAGS, type SampleFlags } from './sample-flags.ts';

/** Settings of some samplers only that have a flag. */
const SETTINGS = ['eta', 'variance'] as const satisfies readonly SettingName[];

/**
 * Everything that can be known to be wrong without the model, said before it is loaded.
 *
 * @param source the model: nothing is written into its folder
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
  // Whether there may be such a sheet at all: how large it is, the model's images say.
  sheetSize([1, 1, 1, 1], { scale, columns: flags.columns ?? 1 });
  if (resumeState !== undefined) {
    const extra = DRAWING_FLAGS.filter((flag) => flags[flag] !== undefined).map(dashed);
    if (extra.length > 0) {
      fail(`--resume-state: the saved state says what is drawn; leave out ${extra.join(', ')}.`);
    }
  }
  for (const setting of SETTINGS) {
    if (flags[setting] !== undefined && !samplers[sampler].settings.includes(setting)) {
      fail(
        `${dashed(setting)}: does not belong to sampler ${sampler}; leave it out or choose another --sampler.`,
      );
    }
  }
  if (guidance !== 1 && flags.class === undefined && flags.classIndex === undefined) {
    fail(`--guidance ${guidance}: needs a class to guide to; add --class, or leave it out.`);
  }
  if (stopAfter !== undefined && saveState === undefined) {
    fail('--stop-after: without --save-state <file> all that was drawn would be lost.');
  }
  await checkOutputFiles(outputsOf(flags), source);
}

/** The files that a run writes, in the order in which they are written. */
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

/** `classIndex` as it is typed: `--class-index`. */
function dashed(flag: string): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function fail(message: string): never {
  throw new CliError('CLI_USAGE', message);
}
