import type { GivenSettings, SamplerName, SettingName } from '@isonoise/sampler';
import type { ScheduleProcess, TimestepRule } from '@isonoise/schedule';
import type * as v from 'valibot';
import type { JsonObject, JsonValue } from './json.ts';

/** A sampler of a class, and the keys that select it. */
export interface Mode {
  readonly sampler: SamplerName;
  readonly keys?: JsonObject;
  /** Settings that these keys imply. */
  readonly settings?: GivenSettings;
}

/** A key that corresponds to a setting. */
export interface Link {
  readonly key: string;
  readonly setting: SettingName;
  /**
   * Returns the setting's value; undefined if no setting corresponds to `value`, in which case the keys of the class
   * reject it.
   */
  readonly read: (value: JsonValue) => JsonValue | undefined;
  readonly write: (value: JsonValue) => JsonValue | undefined;
}

/** Rules by which a class places its levels. */
interface ClassSpacing {
  /** The rule of a class without `timestep_spacing`. */
  readonly rule?: TimestepRule;
  /** Whether `linspace` is not rounded. */
  readonly fractional?: true;
  /** Whether `leading` and `linspace` make n + 1 timesteps and leave out the last. */
  readonly omitLast?: true;
  /** Whether a grid of sigmas spans the range of the timesteps instead of the whole schedule. */
  readonly within?: true;
  /** The key and value with which a run ends at timestep 0 instead of the image; `always` if every run does. */
  readonly endsNoisy?: readonly [key: string, value: JsonValue] | 'always';
}

/** A scheduler class of diffusers: everything about it is derived from this declaration. */
export interface SchedulerClass {
  readonly process: ScheduleProcess;
  /** Its keys, with their supported values and defaults. */
  readonly keys: v.ObjectEntries;
  /** The samplers of the class; the defaults of the class select the first. */
  readonly modes: readonly [Mode, ...Mode[]];
  readonly links?: readonly Link[];
  readonly spacing: ClassSpacing;
  /** Whether models without a chosen sampler use this class. If so, the class does not select a sampler. */
  readonly isNeutral?: true;
}

/** Returns a key that has the values of a setting. */
export const same = (key: string, setting: SettingName): Link => ({
  key,
  setting,
  read: (value) => value,
  // No key has the value null, which is the default of some of our settings.
  write: (value) => value ?? undefined,
});

/** Returns a key that corresponds to a setting whose values have different names. */
export function renamed(
  key: string,
  setting: SettingName,
  values: readonly (readonly [ofKey: JsonValue, ofSetting: JsonValue])[],
): Link {
  return {
    key,
    setting,
    read: (value) => values.find(([ofKey]) => ofKey === value)?.[1],
    write: (value) => values.find(([, ofSetting]) => ofSetting === value)?.[0],
  };
}
