import {
  drawingSamplers,
  guidanceSettingNames,
  type SettingName,
  samplerNames,
  samplersWith,
  settingNames,
} from '@isonoise/sampler';

type Json = { readonly [key: string]: unknown };

/** @returns a schema of requests that have all of these fields */
function having(fields: readonly string[], values: Json = {}): Json {
  const open = Object.fromEntries(fields.map((field) => [field, {}]));
  return { properties: { ...open, ...values }, required: fields };
}

/**
 * @returns the schema of requests with this setting and a sampler without it; empty if every sampler has the setting
 */
function foreignSetting(setting: SettingName): readonly Json[] {
  const others = samplerNames.filter((name) => !samplersWith(setting).includes(name));
  if (others.length === 0) return [];
  // The rule requires `sampler`: an absent field fits any schema, but the default sampler depends on the model.
  return [having([setting, 'sampler'], { sampler: { enum: others } })];
}

/** Schemas of invalid requests: combinations of the fields that determine the response. */
const ANSWER_RULES: readonly Json[] = [
  { ...having(['stopAfter']), not: having(['format'], { format: { const: 'saved' } }) },
  { ...having(['format'], { format: { const: 'saved' } }), not: having(['stopAfter']) },
  { ...having(['saveEvery']), not: having(['format'], { format: { const: 'stream' } }) },
];

/** Rules between the fields of a request that resumes a saved run. */
export const RESUME_RULES: Json = { not: { anyOf: ANSWER_RULES } };

/** Schemas of requests with an invalid `start`. */
const START_RULES: readonly Json[] = [
  having(['start'], { start: having(['x', 'png']) }),
  having(['start'], { start: { not: { anyOf: [having(['x']), having(['png'])] } } }),
  // These samplers start from noise, and a picture is not noise.
  having(['start', 'sampler'], { start: having(['png']), sampler: { enum: drawingSamplers } }),
];

/** Schemas of requests with an invalid `edit`. */
const EDIT_RULES: readonly Json[] = [
  having(['start', 'edit']),
  having(['edit'], { edit: having(['x', 'png']) }),
  having(['edit'], { edit: { not: { anyOf: [having(['x']), having(['png'])] } } }),
  having(['edit'], { edit: { ...having(['resample']), not: having(['mask']) } }),
  having(['edit'], {
    edit: { ...having(['jump']), not: having(['resample'], { resample: { minimum: 2 } }) },
  }),
];

const inverses = samplerNames.filter((name) => !drawingSamplers.includes(name));

/**
 * Schemas of invalid requests: combinations of the fields that say what to draw. Rules about inverting samplers are
 * separate.
 */
const DRAWING_RULES: readonly Json[] = [
  having(['count', 'images']),
  ...START_RULES,
  ...EDIT_RULES,
  ...settingNames.flatMap(foreignSetting),
];
const GUIDANCE_RULES: readonly Json[] = [
  // Guidance requires a class or a guide. All other settings of guidance require `guidance`.
  {
    ...having(['guidance'], { guidance: { not: { const: 1 } } }),
    not: { anyOf: [having(['class']), having(['guide'])] },
  },
  ...['guide', ...guidanceSettingNames].map((name) => ({ ...having([name]), not: having(['guidance']) })),
];

/** Rules between fields of a request as JSON Schema, except rules that depend on the model. */
export const BODY_RULES: Json = {
  not: {
    anyOf: [
      ...DRAWING_RULES,
      // Inverting samplers start from images, and a PNG cannot hold the noise that they return.
      { ...having(['sampler'], { sampler: { enum: inverses } }), not: having(['start', 'format']) },
      having(['sampler', 'format'], { sampler: { enum: inverses }, format: { const: 'png' } }),
      ...GUIDANCE_RULES,
      ...ANSWER_RULES,
    ],
  },
};

/** Rules between fields of a job. */
export const JOB_RULES: Json = {
  not: {
    anyOf: [
      ...DRAWING_RULES,
      { ...having(['sampler'], { sampler: { enum: inverses } }), not: having(['start']) },
      ...GUIDANCE_RULES,
    ],
  },
};
