import type { GuidanceInterval } from './guidance-interval.ts';
import { expectedOf, isValueOf, type NumberSetting } from './setting.ts';

/**
 * The settings of guidance besides its scale and its guide, each declared once for the library, command line, API, page
 * and links. They require a scale.
 */
export const guidanceSettings = {
  /** φ of Lin et al. 2024. */
  guidanceRescale: {
    kind: 'number',
    least: 0,
    most: 1,
    label: 'Rescale φ',
    help: 'share of the guided output that is rescaled to the contrast of the unguided output; helps with large scales',
  },
  /** σ_lo and σ_hi of Kynkäänniemi et al. 2024. */
  guidanceLow: {
    kind: 'number',
    least: 0,
    label: 'From noise σ/α',
    help: 'noise σ/α above which guidance applies; below it, the guide is not called',
  },
  guidanceHigh: {
    kind: 'number',
    least: 0,
    label: 'To noise σ/α',
    help: 'noise σ/α up to which guidance applies; above it, the guide is not called',
  },
} as const;

export type GuidanceSettingName = keyof typeof guidanceSettings;

/** The values of guidance settings; absent ones have no effect. */
export type GuidanceSettings = { readonly [K in GuidanceSettingName]?: number | undefined };

/** The names of all guidance settings. */
export const guidanceSettingNames: readonly GuidanceSettingName[] = Object.freeze(
  Object.keys(guidanceSettings) as GuidanceSettingName[],
);

/** Maps each guidance setting to a value. */
export function mapGuidanceSettings<T>(make: (setting: NumberSetting, name: GuidanceSettingName) => T): {
  readonly [K in GuidanceSettingName]: T;
} {
  const entries = guidanceSettingNames.map((name) => [name, make(guidanceSettings[name], name)] as const);
  return Object.fromEntries(entries) as { [K in GuidanceSettingName]: T };
}

/** The defaults of guidance settings, as help shows them. */
const DEFAULT_TEXTS: { readonly [K in GuidanceSettingName]: string } = {
  guidanceRescale: '0',
  guidanceLow: 'no limit',
  guidanceHigh: 'no limit',
};

/** The default of a guidance setting, as help shows it. */
export const describeGuidanceDefault = (name: GuidanceSettingName): string => DEFAULT_TEXTS[name];

/** Description of φ in error messages. */
export const RESCALE_EXPECTED: string = `${expectedOf(guidanceSettings.guidanceRescale)} (0 does not rescale)`;

/** Whether a value is valid for the rescale φ of guidance. */
export const isRescale = (value: unknown): value is number =>
  isValueOf(guidanceSettings.guidanceRescale, value);

/** Picks the guidance settings of a request; settings that are not given stay absent. */
export function pickGuidanceSettings(request: GuidanceSettings): GuidanceSettings {
  return Object.fromEntries(
    guidanceSettingNames.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]])),
  );
}

/** The guidance interval of a request; undefined if the request sets no limit. */
export function guidanceIntervalOf({
  guidanceLow,
  guidanceHigh,
}: GuidanceSettings): GuidanceInterval | undefined {
  if (guidanceLow === undefined && guidanceHigh === undefined) return undefined;
  return [guidanceLow ?? null, guidanceHigh ?? null];
}
