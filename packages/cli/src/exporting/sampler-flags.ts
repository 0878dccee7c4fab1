import {
  isGuidable,
  type ModelSpec,
  type SamplerChoice,
  schedulerMeaning,
  schedulerProcess,
  whyNotGuidable,
  withSampler,
} from '@isonoise/bundle';
import { defaultSampler, usualSettings } from '@isonoise/runtime';
import { pickSettings, type SettingName, settingNames, settingOf } from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { requireEffect, requireSettings } from '../sampling/require-settings.ts';
import { dashed } from '../terminal/dashed.ts';
import type { ExportFlags } from './export-flags.ts';

/**
 * Returns a copy of the model whose sampling defaults are those of the flags.
 *
 * @throws `CLI_USAGE` for a setting that the sampler does not have, and for guidance of a model that cannot be guided
 */
export function withSamplerFlags(spec: ModelSpec, flags: ExportFlags): ModelSpec {
  // The writer of the new file adds the version of diffusers.
  const { _diffusers_version: _, ...scheduler } = spec.scheduler;
  const meaning = schedulerMeaning(scheduler);
  const isPlain =
    meaning.sampler === null && flags.sampler === undefined && schedulerProcess(scheduler) === 'diffusion';
  const given = pickSettings(flags);
  checkSettings(scheduler, flags);
  if (flags.guidance !== undefined && !isGuidable(spec)) {
    throw new CliError(
      'CLI_USAGE',
      `--guidance ${flags.guidance}: ${whyNotGuidable(spec)}, so it cannot be guided; expected no --guidance. Leave it out.`,
    );
  }
  const spacing = flags.spacing ?? flags.sigmas ?? (isPlain ? 'trailing' : undefined);
  const settings =
    flags.sampler === undefined || flags.sampler === meaning.sampler
      ? { ...meaning.settings, ...given }
      : given;
  const change: Partial<SamplerChoice> = {
    ...(flags.sampler === undefined ? {} : { sampler: flags.sampler }),
    ...(flags.steps === undefined ? {} : { steps: flags.steps }),
    ...(spacing === undefined ? {} : { spacing }),
    ...(flags.guidance === undefined ? {} : { guidance: flags.guidance }),
    ...(flags.clip === undefined ? {} : { clip: flags.clip ?? (false as const) }),
    ...(Object.keys(given).length === 0 ? {} : { settings }),
  };
  return Object.keys(change).length === 0
    ? { ...spec, scheduler }
    : { ...spec, scheduler: withSampler(scheduler, change) };
}

function checkSettings(scheduler: ModelSpec['scheduler'], flags: ExportFlags): void {
  const given = settingNames.filter((name) => flags[name] !== undefined);
  const sampler = flags.sampler ?? defaultSampler({ scheduler });
  const { originalSteps = null, spacing, sigmas } = flags;
  if (originalSteps !== null && (spacing ?? sigmas) !== undefined) {
    const other = spacing === undefined ? '--sigmas' : '--spacing';
    fail(
      'originalSteps',
      flags,
      `chooses the steps, as ${other} does; expected only one of them. Leave one out.`,
    );
  }
  requireSettings(flags, sampler);
  requireEffect(flags, sampler, usualSettings({ scheduler }, sampler));
  if (flags.sampler !== undefined || schedulerMeaning(scheduler).sampler !== null) return;
  const samplerOnly = given.find((name) => settingOf(name).fromModel !== true);
  if (samplerOnly !== undefined)
    fail(samplerOnly, flags, 'belongs to a sampler; expected --sampler. Add --sampler.');
}

function fail(name: SettingName, flags: ExportFlags, problem: string): never {
  throw new CliError('CLI_USAGE', `${dashed(name, flags[name])}: ${problem}`);
}
