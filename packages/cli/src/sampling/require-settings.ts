import {
  type GivenSettings,
  pickSettings,
  type SamplerName,
  type SamplerSettings,
  settingConflict,
  settingNames,
  settingOf,
  settingsOf,
} from '@isonoise/sampler';
import { CliError } from '../errors.ts';
import { dashed } from '../terminal/dashed.ts';

/** Checks that the sampler has the settings of the flags. @throws `CLI_USAGE` if it lacks a setting */
export function requireSettings(flags: SamplerSettings, sampler: SamplerName): void {
  for (const setting of settingNames) {
    if (flags[setting] !== undefined && !settingsOf(sampler).includes(setting)) {
      fail(
        `${dashed(setting, flags[setting])}: is not a setting of the sampler ${sampler}; expected one of its settings. Leave it out, or choose a different --sampler.`,
      );
    }
  }
}

/**
 * Checks that flags do not contradict each other or the model. Each flag must have an effect, and a lower limit must
 * not exceed its upper limit.
 *
 * @param usual values of the settings that the flags do not give
 * @throws `CLI_USAGE` if flags contradict each other or the model
 */
export function requireEffect(flags: SamplerSettings, sampler: SamplerName, usual: GivenSettings): void {
  const conflict = settingConflict(sampler, pickSettings(flags), usual);
  if (conflict === null) return;
  const { relation, name, value, other, otherValue } = conflict;
  const flag = dashed(other);
  if (relation === 'atMost') {
    fail(
      `${dashed(name)} ${String(value)}: is above ${flag}; expected at most ${String(otherValue)}. Change one of them.`,
    );
  }
  const needed = settingOf(other).kind === 'boolean' ? flag : `${flag} above 0`;
  fail(`${dashed(name, value)}: has no effect without ${needed}. Add ${flag}, or leave it out.`);
}

function fail(message: string): never {
  throw new CliError('CLI_USAGE', message);
}
