import { extname } from 'node:path';
import {
  drawingSampler,
  type SamplerName,
  type SamplingPlan,
  samplers,
  settingNames,
  settingsOf,
} from '@isonoise/sampler';
import { commandLine } from '../command-line.ts';
import { optionWords } from '../terminal/dashed.ts';
import { DRAWING_FLAGS, type SampleFlags } from './sample-flags.ts';

/**
 * Adds a default for `--npy` if the sampler is an inverse sampler, because it returns noise, which a picture
 * cannot store. The default is the name of the sheet with the extension `.npy`.
 */
export function withNoiseFile(flags: SampleFlags, sampler: SamplerName): SampleFlags {
  if (samplers[sampler].inverts === undefined || flags.npy !== undefined) return flags;
  const { out } = flags;
  return { ...flags, npy: `${out.slice(0, out.length - extname(out).length)}.npy` };
}

/**
 * Flags that apply only to an inversion. The command that redraws the images does not repeat their values.
 */
const INVERSION_FLAGS: readonly (keyof SampleFlags)[] = ['seed', 'count', 'sampler', 'from'];

/**
 * Returns the command that redraws the images after an inversion; null for other samplers. The command always
 * contains the number of steps, because inverse and drawing samplers can have different defaults.
 *
 * @param names names of the model's tags
 */
export function wayBack(
  source: string,
  given: SampleFlags,
  plan: SamplingPlan,
  names: readonly string[] = [],
): string | null {
  const drawing = drawingSampler(plan.sampler, plan.settings);
  const planned =
    given.resumeState === undefined && given.like === undefined
      ? { steps: plan.steps.length }
      : flagsOf(plan, names);
  if (drawing === plan.sampler || given.npy === undefined || planned === null) return null;
  const flags: SampleFlags = { ...given, ...planned };
  const own = settingsOf(drawing);
  const foreign: readonly (keyof SampleFlags)[] = settingNames.filter((name) => !own.includes(name));
  const same = [...DRAWING_FLAGS, 'guide' as const]
    .filter((name) => !INVERSION_FLAGS.includes(name) && !foreign.includes(name))
    .flatMap((name) => optionWords(name, flags[name]));
  return commandLine(['pnpm', 'sample', source, '--sampler', drawing, '--from', given.npy, ...same]);
}

/**
 * Returns flags that repeat a resumed plan. Returns null if the images have several classes or lists of tags,
 * because flags cannot always express these.
 */
function flagsOf(plan: SamplingPlan, names: readonly string[]): Partial<SampleFlags> | null {
  const { steps, guidance, guidanceRescale, classLabels, nullClass, tags, shape, windows } = plan;
  const [label, ...others] = new Set(classLabels);
  const [first, ...otherTags] = new Set(tags?.images.map((list) => list.join()));
  if (others.length > 0 || otherTags.length > 0) return null;
  const named = (list: readonly number[] = []): readonly string[] => list.map((tag) => names[tag] ?? '');
  const [low, high] = plan.guidanceInterval ?? [null, null];
  const interval = {
    ...(low === null ? {} : { guidanceLow: low }),
    ...(high === null ? {} : { guidanceHigh: high }),
  };
  return {
    ...plan.settings,
    steps: steps.length,
    ...(windows === undefined
      ? {}
      : {
          canvas: `${shape.width}x${shape.height}`,
          stride: windows.stride,
          ...(windows.tile ? { tile: true } : {}),
        }),
    spacing: steps.map(([, t]) => t).reverse(),
    ...(label === undefined || label === nullClass ? {} : { classIndex: label }),
    ...(first === undefined || first === '' ? {} : { tags: [named(tags?.images[0])] }),
    ...(tags === undefined || tags.without.length === 0 ? {} : { without: named(tags.without) }),
    ...(guidance === 1 ? {} : { guidance, guidanceRescale, ...interval }),
  };
}
