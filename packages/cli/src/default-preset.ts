import type { PresetName } from '@isonoise/train/presets';

/** For people who wait an hour once; `npm start` and the page take a quicker one. */
export const DEFAULT_PRESET: PresetName = 'base';
