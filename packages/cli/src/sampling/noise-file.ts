import { extname } from 'node:path';
import {
  drawingSampler,
  type SamplerName,
  samplers,
  settingNames,
  settingsOf,
  settingText,
} from '@isonoise/sampler';
import { commandLine } from '../command-line.ts';
import { dashed } from '../terminal/dashed.ts';
import { DRAWING_FLAGS, type SampleFlags } from './sample-flags.ts';

/**
 * The flags with a file for the result of an inversion: the noise, which a picture cannot hold. Default of `--npy` there: the
 * name of the sheet with `.npy`.
 */
export function withNoiseFile(flags: SampleFlags, sampler: SamplerName): SampleFlags {
  if (samplers[sampler].inverts === undefined || flags.npy !== undefined) return flags;
  const { out } = flags;
  return { ...flags, npy: `${out.slice(0, out.length - extname(out).length)}.npy` };
}

/** Flags of the inversion itself; a command for the way back has others or none. */
const OF_INVERSION: readonly (keyof SampleFlags)[] = ['seed', 'count', 'sampler', 'from'];

/** The command that draws the images of an inversion again; null for other samplers. */
export function wayBack(source: string, flags: SampleFlags, sampler: SamplerName): string | null {
  const drawing = drawingSampler(sampler);
  if (drawing === sampler || flags.npy === undefined) return null;
  const own = settingsOf(drawing);
  const foreign: readonly (keyof SampleFlags)[] = settingNames.filter((name) => !own.includes(name));
  const same = [...DRAWING_FLAGS, 'guide' as const]
    .filter((name) => !OF_INVERSION.includes(name) && !foreign.includes(name))
    .flatMap((name) => words(name, flags[name]));
  return commandLine(['pnpm', 'sample', source, '--sampler', drawing, '--from', flags.npy, ...same]);
}

function words(name: string, value: SampleFlags[keyof SampleFlags]): readonly string[] {
  if (value === undefined) return [];
  if (typeof value === 'boolean') return [dashed(name, value)];
  return [dashed(name), value === null ? settingText(value) : String(value)];
}
