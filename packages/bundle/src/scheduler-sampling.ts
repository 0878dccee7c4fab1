import {
  type GivenSettings,
  isOff,
  type SamplerName,
  type SamplerSettings,
  type SettingName,
  samplers,
  settingOf,
  settingsOf,
} from '@isonoise/sampler';
import { bundleError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { type Link, type Mode, type SchedulerClass, same } from './scheduler-class.ts';
import {
  classWith,
  hasKeys,
  type SchedulerClassName,
  schedulerClass,
  schedulerClassNames,
} from './scheduler-classes.ts';
import { NOTE_KEY, type SamplerChoice, type SchedulerNote } from './scheduler-note.ts';
import { readSpacing, spacingKeys } from './scheduler-spacing.ts';

/** The keys that correspond to settings of all samplers. */
const COMMON_LINKS: readonly Link[] = [
  same('thresholding', 'thresholding'),
  same('dynamic_thresholding_ratio', 'thresholdRatio'),
  same('sample_max_value', 'thresholdMax'),
];

/** Returns the settings of a sampler that the keys of its class imply. */
function settingsFrom({ links = [] }: SchedulerClass, { sampler, settings = {} }: Mode, config: JsonObject) {
  const known = settingsOf(sampler);
  const stated = [...links, ...COMMON_LINKS].flatMap(({ key, setting, read }) => {
    const value = config[key];
    const isKnown = value !== undefined && known.includes(setting);
    const ours = isKnown ? read(value) : undefined;
    return ours === undefined ? [] : [[setting, ours] as const];
  });
  return { ...Object.fromEntries(stated), ...settings } as GivenSettings;
}

/** Removes settings that equal the sampler's defaults. */
function changes(sampler: SamplerName, settings: GivenSettings): GivenSettings {
  const defaults = samplers[sampler].settings;
  const kept = Object.entries(settings).filter(([name, value]) => {
    const { needs } = settingOf(name as SettingName);
    const isUsed =
      needs === undefined || !isOff(settings[needs as SettingName] ?? defaults[needs as SettingName]);
    return isUsed && defaults[name as SettingName] !== value;
  });
  return Object.fromEntries(kept);
}

const pick = (settings: GivenSettings, isPicked: (name: SettingName) => boolean): GivenSettings =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => isPicked(name as SettingName)));

/** Returns the settings that belong to the model instead of a sampler. */
export const ofModel = (settings: GivenSettings): GivenSettings =>
  pick(settings, (name) => settingOf(name).fromModel === true);

const ofSampler = (sampler: SamplerName, settings: GivenSettings): GivenSettings =>
  pick(settings, (name) => settingsOf(sampler).includes(name));

/** Returns the mode that the keys of a file select; undefined if they select none. */
export const modeOf = (declared: SchedulerClass, config: JsonObject): Mode | undefined =>
  declared.modes.find((mode) => hasKeys(config, mode));

/** Reads the sampling settings from the keys of a class, without the note. */
function readKeys(name: SchedulerClassName, config: JsonObject): SamplerChoice {
  const declared = schedulerClass(name);
  const mode = modeOf(declared, config) ?? declared.modes[0];
  const { clip_sample, clip_sample_range: range, thresholding } = config;
  return {
    sampler: declared.isNeutral === true ? null : mode.sampler,
    settings: changes(mode.sampler, settingsFrom(declared, mode, config)),
    steps: null,
    spacing: readSpacing(declared, config),
    clip: clip_sample === true && thresholding !== true && typeof range === 'number' ? range : false,
    guidance: null,
  };
}

/** Reads the default way to sample a model. @param config parsed configuration, with all defaults */
export function samplerChoice(name: SchedulerClassName, config: JsonObject): SamplerChoice {
  // The cast is safe, because the parser has checked the note.
  const note = (config[NOTE_KEY] ?? {}) as SchedulerNote;
  const stated = readKeys(name, config);
  if (note.settings === undefined) return { ...stated, ...note };
  return { ...stated, ...note, settings: { ...ofModel(stated.settings), ...note.settings } };
}

/** The default sampling settings, with the class and its keys. */
export interface WrittenChoice {
  readonly name: SchedulerClassName;
  readonly keys: JsonObject;
}

const sameJson = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}

/**
 * Chooses the class and the keys for a way of sampling. Settings that the keys cannot express go into the note
 * `_isonoise`.
 *
 * @param process process of the schedule
 * @param describes returns whether a class has the keys that the model needs; if not, the neutral class of the
 *   process is used
 */
export function writeChoice(
  process: SchedulerClass['process'],
  choice: SamplerChoice,
  describes: (name: SchedulerClassName) => boolean,
): WrittenChoice {
  const found = choice.sampler === null ? undefined : classWith(choice.sampler);
  const isFitting =
    found !== undefined && schedulerClass(found.name).process === process && describes(found.name);
  const name = isFitting ? found.name : neutralClass(process);
  const declared = schedulerClass(name);
  const sampler = isFitting ? found.mode.sampler : declared.modes[0].sampler;
  const mode = bestMode(declared, sampler, choice.settings) ?? declared.modes[0];
  const all: SamplerSettings = { ...samplers[sampler].settings, ...choice.settings };
  const links = [
    ...(declared.links ?? []),
    ...COMMON_LINKS.filter(({ key }) => Object.hasOwn(declared.keys, key)),
  ];
  const linked = links.flatMap(({ key, setting, write }) => {
    const value = settingsOf(sampler).includes(setting) ? all[setting] : undefined;
    const written = value === undefined ? undefined : write(value);
    return written === undefined ? [] : [[key, written] as const];
  });
  const keys: JsonObject = {
    ...Object.fromEntries(linked.reverse()),
    ...spacingKeys(declared, choice.spacing),
    ...mode.keys,
    ...('clip_sample' in declared.keys
      ? {
          clip_sample: choice.clip !== false,
          ...(choice.clip === false ? {} : { clip_sample_range: choice.clip }),
        }
      : {}),
  };
  return { name, keys };
}

/** Adds the note to the keys, so that keys and note together express `choice`. */
export function withNote(name: SchedulerClassName, config: JsonObject, choice: SamplerChoice): JsonObject {
  const { [NOTE_KEY]: _, ...keys } = config;
  const meant = readKeys(name, keys);
  const sampler = choice.sampler ?? schedulerClass(name).modes[0].sampler;
  const expected: SamplerChoice = {
    ...choice,
    settings: changes(sampler, ofSampler(sampler, choice.settings)),
  };
  const found: SamplerChoice = { ...meant, settings: ofSampler(sampler, meant.settings) };
  const differing = Object.entries(expected).filter(
    ([field, value]) => !sameJson(value, found[field as keyof SamplerChoice]),
  );
  if (differing.length === 0) return keys;
  return { ...keys, [NOTE_KEY]: JSON.parse(JSON.stringify(Object.fromEntries(differing))) as JsonObject };
}

/** Finds the mode of a sampler that implies the largest number of the given settings. */
function bestMode(
  { modes }: SchedulerClass,
  sampler: SamplerName,
  settings: GivenSettings,
): Mode | undefined {
  const all: SamplerSettings = { ...samplers[sampler].settings, ...settings };
  const ofSampler = modes.filter((mode) => mode.sampler === sampler);
  const fits = ({ settings: implied = {} }: Mode): boolean =>
    Object.entries(implied).every(([name, value]) => all[name as SettingName] === value);
  return ofSampler.findLast(fits) ?? ofSampler[0];
}

function neutralClass(process: SchedulerClass['process']): SchedulerClassName {
  const found = schedulerClassNames.find((name) => {
    const declared = schedulerClass(name);
    return declared.isNeutral === true && declared.process === process;
  });
  if (found !== undefined) return found;
  throw bundleError('BUNDLE_INCONSISTENT', `scheduler_config.json: no class is known for ${process}.`);
}
