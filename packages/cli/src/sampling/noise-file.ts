import { extname } from 'node:path';
import { type SamplerName, samplers } from '@isonoise/sampler';
import { commandLine } from '../command-line.ts';
import { dashed } from '../terminal/dashed.ts';
import type { SampleFlags } from './sample-flags.ts';

/**
 * The flags with a file for the result of an inversion: the noise, which a picture cannot hold. Default of `--npy` there: the
 * name of the sheet with `.npy`.
 */
export function withNoiseFile(flags: SampleFlags, sampler: SamplerName): SampleFlags {
  if (samplers[sampler].inverts === undefined || flags.npy !== undefined) return flags;
  const { out } = flags;
  return { ...flags, npy: `${out.slice(0, out.length - extname(out).length)}.npy` };
}

/** Flags that a command for the way back repeats. */
const SAME = ['steps', 'spacing', 'sigmas', 'class', 'classIndex', 'guidance'] as const;

/** The command that draws the images of an inversion again; null for other samplers. */
export function wayBack(source: string, flags: SampleFlags, sampler: SamplerName): string | null {
  const { inverts } = samplers[sampler];
  if (inverts === undefined || flags.npy === undefined) return null;
  const same = SAME.flatMap((name) => (flags[name] === undefined ? [] : [dashed(name), String(flags[name])]));
  return commandLine(['pnpm', 'sample', source, '--sampler', inverts, '--from', flags.npy, ...same]);
}
