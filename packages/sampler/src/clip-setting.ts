import type { NumberSetting } from './setting.ts';

/**
 * Limit of the image estimates, declared once for the library, command line, API, page and links. It is not a setting of
 * a sampler but the field `clip` of every plan. In a plan, null means no clipping; in requests to the library and the
 * API, false does.
 */
export const clipSetting: NumberSetting & { readonly above: number } = {
  kind: 'number',
  above: 0,
  none: 'no clipping',
  label: 'Clip at',
  help: 'largest absolute value in an estimate of the image; larger values are clipped in each step, after thresholding',
  fromModel: true,
};
