import type { GivenSettings, SamplerName, SettingName } from '@isonoise/sampler';
import type { ScheduleProcess, TimestepRule } from '@isonoise/schedule';
import type * as v from 'valibot';
import type { JsonObject, JsonValue } from './json.ts';

/** A sampler of a class, and the keys that select it. */
export interface Mode {
  readonly sampler: SamplerName;
  readonly keys?: JsonObject;
  /** Settings of the sampler that these keys imply. */
  readonly settings?: GivenSettings;
}

/** A key of a class that corresponds to a setting of its samplers. */
export interface Link {
  readonly key: string;
  readonly setting: SettingName;
  /** Returns the setting's value, or undefined if `value` is not supported. The schema of the key then rejects it. */
  readonly read: (value: JsonValue) => JsonValue | undefined;
  readonly write: (value: JsonValue) => JsonValue | undefined;
}

/** Rules by which a class chooses its noise levels. */
interface ClassSpacing {
  /** The fixed rule of a class without the key `timestep_spacing`. */
  readonly rule?: TimestepRule;
  /** Whether `linspace` gives fractional timesteps. */
  readonly fractional?: true;
  /** Whether `leading` and `linspace` compute n + 1 timesteps and drop the last one. */
  readonly omitLast?: true;
  /** Whether a grid of sigmas spans the range of the timesteps instead of the whole schedule. */
  readonly within?: true;
  /** The key and value that make a run end at timestep 0 instead of the image; `always` if every run ends there. */
  readonly endsNoisy?: readonly [key: string, value: JsonValue] | 'always';
}

/** The declaration of a diffusers scheduler class. Everything else about the class is derived from it. */
export interface SchedulerClass {
  readonly process: ScheduleProcess;
  /** The keys of the class, with their supported values and defaults. */
  readonly keys: v.ObjectEntries;
  /** The samplers of the class. The default keys select the first one. */
  readonly modes: readonly [Mode, ...Mode[]];
  readonly links?: readonly Link[];
  readonly spacing: ClassSpacing;
  /** Whether models without a chosen sampler use this class. Such a class does not select a sampler. */
  readonly isNeutral?: true;
}

/** Declares a key with the same values as a setting. */
export const same = (key: string, setting: SettingName): Link => ({
  key,
  setting,
  read: (value) => value,
  // No key has the value null, although some settings have this default.
  write: (value) => value ?? undefined,
});

/** Declares a key that names the values of a setting differently. */
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
