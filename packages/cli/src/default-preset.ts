import type { PresetName } from '@isonoise/train/presets';

/**
 * Default preset of `train`. It trains for about an hour. `npm start` and the web page use a quicker preset.
 */
export const DEFAULT_PRESET: PresetName = 'base';
