import { sheetSize } from '@isonoise/picture';
import { guidanceSettingNames, PLAN_LIMITS, samplers } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { checkOutputFiles, type OutputFile } from '../outputs/check-outputs.ts';
import type { Outputs } from '../outputs/write-outputs.ts';
import { dashed } from '../terminal/dashed.ts';
import { checkCanvas } from './check-canvas.ts';
import { requireSettings } from './require-settings.ts';
import { DRAWING_FLAGS, LIKE_FLAGS, type SampleFlags } from './sample-flags.ts';
import { atlasJson, imagePaths, isFolderName } from './write-images.ts';

/**
 * Checks the flags before the model is loaded, as far as possible without the model.
 *
 * @param source path of the model. An output must not be inside the folder of the model or guide, or
 *   replace an input file
 * @throws `CLI_USAGE` if flags contradict each other or an output is invalid; `CLI_OUTPUT_EXISTS` if an output would
 *   replace a file that is not an earlier output; `PICTURE_OPTION` if the sheet is invalid
 */
export async function checkFlags(source: string, flags: SampleFlags): Promise<void> {
  const { resumeState, saveState, stopAfter, sampler, count = 1, scale = 1 } = flags;
  if (count > PLAN_LIMITS.images)
    fail(`--count ${count}: expected at most ${PLAN_LIMITS.images} images. Choose a smaller number.`);
  // Check the sheet with the smallest image, because the size of the model's images is not known yet.
  sheetSize([1, 1, 1, 1], { scale, columns: flags.columns ?? 1 });
  const given = (names: readonly (keyof SampleFlags)[]): string =>
    names.flatMap((name) => (flags[name] === undefined ? [] : [dashed(name, flags[name])])).join(', ');
  if (resumeState !== undefined) {
    const extra = given([...DRAWING_FLAGS, 'like']);
    if (extra !== '')
      fail(
        `--resume-state: got ${extra} too; expected only the saved state, which determines the images. Leave out ${extra}.`,
      );
  }
  if (flags.like !== undefined) {
    const extra = given(LIKE_FLAGS);
    if (extra !== '')
      fail(
        `--like: got ${extra} too; expected only the request in the picture, which determines the images. Leave out ${extra}.`,
      );
  }
  if (flags.distributed !== true) {
    const extra = given(['rangeSize', 'sameBits', 'priority', 'saveEvery']);
    if (extra !== '')
      fail(
        `${extra}: has no effect without --distributed; expected both. Add --distributed, or leave ${extra} out.`,
      );
  } else {
    const extra = given(['gif', 'saveState', 'stopAfter']);
    if (extra !== '')
      fail(
        `--distributed: got ${extra} too, which need every step of the images; expected none of them. Leave out ${extra}, or --distributed.`,
      );
  }
  if (sampler !== undefined) requireSettings(flags, sampler);
  checkEdit(flags);
  checkCanvas(flags);
  checkStart(flags);
  checkFinish(flags);
  checkGuidance(flags);
  if (stopAfter !== undefined && saveState === undefined) {
    fail(
      '--stop-after: got no file for the state; expected --save-state. Add --save-state <file>, or leave --stop-after out.',
    );
  }
  const { files, inputs, overwrite } = outputsOf(source, flags);
  await checkOutputFiles(files, inputs, overwrite);
}

function checkStart({ from, count, sampler }: SampleFlags): void {
  if (from !== undefined && count !== undefined) {
    fail(
      `--count ${count}: the files of --from determine the number of images; expected no --count. Leave --count out.`,
    );
  }
  if (from === undefined && sampler !== undefined && samplers[sampler].inverts !== undefined) {
    fail(
      `--sampler ${sampler}: starts from images; expected --from. Add --from with a picture or a .npy file of images.`,
    );
  }
}

function checkEdit({
  from,
  init,
  mask,
  strength,
  resample,
  jump,
  fit,
  outpaint,
  sampler,
  symmetry,
}: SampleFlags): void {
  if (init !== undefined && from !== undefined)
    fail('--init and --from: both give the images to start from; expected only one of them. Leave one out.');
  for (const [name, value] of Object.entries({ strength, mask, resample, jump, outpaint }))
    if (value !== undefined && init === undefined)
      fail(
        `${dashed(name)}: got no picture; expected --init. Add --init <file>, or leave ${dashed(name)} out.`,
      );
  if (fit !== undefined && init === undefined && from === undefined)
    fail('--fit: got no picture; expected --init. Add --init <file>, or leave --fit out.');
  if (init !== undefined && sampler !== undefined && samplers[sampler].inverts !== undefined)
    fail(
      `--sampler ${sampler}: turns pictures into noise; expected --from. Use --from <file> instead of --init.`,
    );
  for (const [name, value] of Object.entries({ resample, jump }))
    if (value !== undefined && mask === undefined && outpaint === undefined)
      fail(`${dashed(name)}: got no mask; expected --mask. Add --mask <file>, or leave ${dashed(name)} out.`);
  if (jump !== undefined && (resample ?? 1) === 1)
    fail(
      '--jump: has no effect without --resample; expected --resample above 1. Add --resample, or leave --jump out.',
    );
  if (mask !== undefined && symmetry !== undefined)
    fail(
      '--symmetry: would change pixels that --mask keeps; expected only one of these options. Leave one out.',
    );
}

function checkFinish({ palette, symmetry, sampler }: SampleFlags): void {
  if (sampler === undefined || samplers[sampler].inverts === undefined) return;
  if (palette !== undefined || symmetry !== undefined) {
    const flag = palette === undefined ? '--symmetry' : '--palette';
    fail(`--sampler ${sampler}: the result is noise, not an image; expected no ${flag}. Leave ${flag} out.`);
  }
}

function checkGuidance(flags: SampleFlags): void {
  const { guidance, guide, resumeState, like, tags, without } = flags;
  const hasClass = flags.class !== undefined || flags.classIndex !== undefined;
  const hasTags = tags !== undefined || without !== undefined;
  if (guidance !== undefined && guidance !== 1 && !hasClass && !hasTags && guide === undefined) {
    fail(
      `--guidance ${guidance}: got no class, tag or guide; expected one of them. Add --class, --tags or --guide, or leave --guidance out.`,
    );
  }
  if (without !== undefined && (guidance === 1 || guide !== undefined)) {
    fail(
      `--without: ${guide === undefined ? '--guidance 1 turns guidance off' : "--guide replaces the model's own guidance"}; expected guidance by the model's own tags. ` +
        `Leave out ${guide === undefined ? '--guidance' : '--guide'} or --without.`,
    );
  }
  if (guidance !== undefined || without !== undefined) return;
  if (resumeState !== undefined || like !== undefined) return;
  for (const name of ['guide', ...guidanceSettingNames] as const) {
    if (flags[name] !== undefined)
      fail(
        `${dashed(name)}: got no guidance scale; expected --guidance. Add --guidance, or leave ${dashed(name)} out.`,
      );
  }
}

/**
 * Returns the outputs of the command, and the inputs that they must not replace.
 *
 * @param names names of single images, for `--out` with a folder; undefined if they are not known yet
 */
export function outputsOf(source: string, flags: SampleFlags, names?: readonly string[]): Outputs {
  const { guide, from = [], init = [], mask = [], like, palette, overwrite } = flags;
  const single = [guide, like, palette === 'auto' ? undefined : palette];
  return {
    files: [...imagesOf(flags, names), ...otherOutputs(flags)],
    inputs: [source, ...from, ...init, ...mask, ...single.filter((input) => input !== undefined)],
    overwrite,
  };
}

/** Returns the files of `--out`. */
function imagesOf({ out }: SampleFlags, names?: readonly string[]): readonly OutputFile[] {
  const image = { flag: '--out', format: 'PNG' } as const;
  if (!isFolderName(out)) return [{ ...image, path: out }];
  if (names === undefined) return [{ ...image, path: out, isFolder: true }];
  return imagePaths(out, names).map((path) => ({ ...image, path }));
}

/** Returns the outputs besides `--out`, in order. */
export function otherOutputs({ atlas, gif, npy, saveState }: SampleFlags): readonly OutputFile[] {
  const named = (flag: string, path: string | undefined, format: OutputFile['format']): OutputFile[] =>
    path === undefined ? [] : [{ flag, path, format }];
  return [
    ...named('--atlas', atlas, 'PNG'),
    ...named('--atlas', atlas === undefined ? undefined : atlasJson(atlas), 'atlas JSON'),
    ...named('--gif', gif, 'GIF or APNG'),
    ...named('--npy', npy, 'NPY'),
    ...named('--save-state', saveState, 'JSON'),
  ];
}

function fail(message: string): never {
  throw new CliError('CLI_USAGE', message);
}
