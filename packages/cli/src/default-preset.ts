import type { PresetName } from '@isonoise/train/presets';

/** Preset of `train`, about an hour of training; `npm start` and the page use a quicker preset. */
export const DEFAULT_PRESET: PresetName = 'base';
