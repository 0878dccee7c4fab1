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
 * Adds a default for `--npy` if the sampler inverts. The result of such a sampler is noise, and a picture cannot hold
 * noise. The default is the name of the sheet with `.npy`.
 */
export function withNoiseFile(flags: SampleFlags, sampler: SamplerName): SampleFlags {
  if (samplers[sampler].inverts === undefined || flags.npy !== undefined) return flags;
  const { out } = flags;
  return { ...flags, npy: `${out.slice(0, out.length - extname(out).length)}.npy` };
}

/** Flags of the inversion itself; the command that draws the images again replaces or omits them. */
const OF_INVERSION: readonly (keyof SampleFlags)[] = ['seed', 'count', 'sampler', 'from'];

/**
 * The command that draws the images of an inversion again; null for other samplers. The command always gives the number
 * of steps, because the defaults of the two samplers may differ.
 *
 * @param names of the model's tags
 */
export function wayBack(
  source: string,
  given: SampleFlags,
  plan: SamplingPlan,
  names: readonly string[] = [],
): string | null {
  const drawing = drawingSampler(plan.sampler, plan.settings);
  const of = given.resumeState === undefined ? { steps: plan.steps.length } : flagsOf(plan, names);
  if (drawing === plan.sampler || given.npy === undefined || of === null) return null;
  const flags: SampleFlags = { ...given, ...of };
  const own = settingsOf(drawing);
  const foreign: readonly (keyof SampleFlags)[] = settingNames.filter((name) => !own.includes(name));
  const same = [...DRAWING_FLAGS, 'guide' as const]
    .filter((name) => !OF_INVERSION.includes(name) && !foreign.includes(name))
    .flatMap((name) => optionWords(name, flags[name]));
  return commandLine(['pnpm', 'sample', source, '--sampler', drawing, '--from', given.npy, ...same]);
}

/**
 * The flags of a resumed plan; null if the images have several classes or different tags, because flags may not be able
 * to express them.
 */
function flagsOf(plan: SamplingPlan, names: readonly string[]): Partial<SampleFlags> | null {
  const { steps, guidance, guidanceRescale, classLabels, nullClass, tags } = plan;
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
    spacing: steps.map(([, t]) => t).reverse(),
    ...(label === undefined || label === nullClass ? {} : { classIndex: label }),
    ...(first === undefined || first === '' ? {} : { tags: named(tags?.images[0]) }),
    ...(tags === undefined || tags.without.length === 0 ? {} : { without: named(tags.without) }),
    ...(guidance === 1 ? {} : { guidance, guidanceRescale, ...interval }),
  };
}
