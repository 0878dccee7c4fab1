import { DEFAULT_SAMPLER, type SamplerName, samplerNames, samplers } from '@isonoise/sampler';

type Json = { readonly [key: string]: unknown };

/** A request that has all of these fields. */
function having(fields: readonly string[], values: Json = {}): Json {
  const open = Object.fromEntries(fields.map((field) => [field, {}]));
  return { properties: { ...open, ...values }, required: fields };
}

/** A sampler together with a setting that belongs to others. */
function foreignSettings(name: SamplerName): Json[] {
  const known = samplers[name].settings;
  const others = samplerNames
    .flatMap((other) => samplers[other].settings)
    .filter((each) => !known.includes(each));
  // A field that is absent fits any schema: the default sampler is asked for by its absence, too.
  const named = name === DEFAULT_SAMPLER ? [] : ['sampler'];
  return others.map((each) => having([each, ...named], { sampler: { const: name } }));
}

/** What the fields of a request ask of each other, as JSON Schema; what depends on the model is not in it. */
export const BODY_RULES: Json = {
  not: {
    anyOf: [
      having(['count', 'images']),
      ...samplerNames.flatMap(foreignSettings),
      // Guidance needs a class to guide to.
      { ...having(['guidance'], { guidance: { not: { const: 1 } } }), not: having(['class']) },
    ],
  },
};
