import { DEFAULT_SAMPLER, type SamplerName, samplerNames, samplers } from '@isonoise/sampler';

type Json = { readonly [key: string]: unknown };

/** @returns a schema of requests that have all of these fields */
function having(fields: readonly string[], values: Json = {}): Json {
  const open = Object.fromEntries(fields.map((field) => [field, {}]));
  return { properties: { ...open, ...values }, required: fields };
}

/** @returns schemas of requests with this sampler and a setting that only other samplers have */
function foreignSettings(name: SamplerName): Json[] {
  const known = samplers[name].settings;
  const others = samplerNames
    .flatMap((other) => samplers[other].settings)
    .filter((each) => !known.includes(each));
  // The default sampler need not be named: an absent field fits any schema.
  const named = name === DEFAULT_SAMPLER ? [] : ['sampler'];
  return others.map((each) => having([each, ...named], { sampler: { const: name } }));
}

/** Rules between fields of a request as JSON Schema, without those that depend on the model. */
export const BODY_RULES: Json = {
  not: {
    anyOf: [
      having(['count', 'images']),
      ...samplerNames.flatMap(foreignSettings),
      // Guidance requires a class.
      { ...having(['guidance'], { guidance: { not: { const: 1 } } }), not: having(['class']) },
    ],
  },
};
