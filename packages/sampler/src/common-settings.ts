import type { SettingValues } from './settings.ts';

/** The settings that all samplers have, with the defaults of diffusers. */
export const COMMON_SETTINGS: Pick<SettingValues, 'thresholding' | 'thresholdRatio' | 'thresholdMax'> =
  Object.freeze({ thresholding: false, thresholdRatio: 0.995, thresholdMax: 1 });
