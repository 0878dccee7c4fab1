/**
 * σ² of DDPM's reverse step (Ho et al. section 3.2): `fixedSmall` is the posterior's β̃, exact for data of a single point;
 * `fixedLarge` is β, exact for normal data.
 */
export type DdpmVariance = 'fixedSmall' | 'fixedLarge';

/** Settings of individual samplers; plain JSON. The defaults are the sampler's. */
export interface SamplerSettings {
  /** In [0, 1]: the share of fresh noise in a step; 0 draws none. */
  readonly eta?: number | undefined;
  /**
   * Whether DDIM uses the ε of the clipped x_0, as in OpenAI's code, instead of the predicted ε. With the predicted ε,
   * the amount that clipping removes from x_0 returns with the opposite sign. It grows with guidance and distorts guided
   * images. `diffusers` does so.
   */
  readonly epsFromClipped?: boolean | undefined;
  /** DDPM's σ². */
  readonly variance?: DdpmVariance | undefined;
}

export type SettingName = keyof SamplerSettings;

/** How a setting is checked and described. */
export interface SettingRule {
  readonly expected: string;
  readonly isValid: (value: unknown) => boolean;
}

const VARIANCES: readonly unknown[] = ['fixedSmall', 'fixedLarge'] satisfies DdpmVariance[];

/** The rule of each setting. */
export const settingRules: { readonly [K in SettingName]-?: SettingRule } = {
  eta: {
    expected: 'a number in [0, 1]',
    isValid: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  },
  epsFromClipped: { expected: 'true or false', isValid: (value) => typeof value === 'boolean' },
  variance: {
    expected: '"fixedSmall" or "fixedLarge"',
    isValid: (value) => VARIANCES.includes(value),
  },
};

/** The names of all settings. */
export const settingNames: readonly SettingName[] = Object.freeze(Object.keys(settingRules) as SettingName[]);

/** Takes the settings out of a request; those that are not given stay absent. */
export function pickSettings(request: SamplerSettings): SamplerSettings {
  return Object.fromEntries(
    settingNames.flatMap((name) => (request[name] === undefined ? [] : [[name, request[name]]])),
  );
}
