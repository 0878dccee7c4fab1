import type { NumberSetting } from './setting.ts';

/**
 * The limit of the estimates of the image, declared once for the library, command line, API, page and links. All samplers
 * have it, but it is not one of their settings: plans contain it as `clip`. null means no clipping; requests to the
 * library and the API use false instead.
 */
export const clipSetting: NumberSetting & { readonly above: number } = {
  kind: 'number',
  above: 0,
  none: 'no clipping',
  label: 'Clip at',
  help: 'largest absolute value of an estimate of the image; larger ones are clipped in each step, after thresholding',
  fromModel: true,
};
