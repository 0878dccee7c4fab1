import * as v from 'valibot';
import { OPTIMIZER_KINDS, type OptimizerKind } from '../optimizers/kinds.ts';
import { optimizerOf } from '../optimizers/optimizer-table.ts';
import type { OptimizerConfig } from '../train-config.ts';
import { atLeast, exact, isFields, positive, share } from './values.ts';

const DEFAULT_OPTIMIZER = 'adam';
/** Default learning rate, as for Adam in Ho et al. for 32×32 images. */
const DEFAULT_RATE = 2e-4;
const RANGES = { positive, share, fromZero: atLeast(0) } as const;

/**
 * Returns the kind of an optimizer. For an unknown kind, returns the default kind, whose schema then refuses the
 * unknown one.
 */
function kindOf(given: unknown): OptimizerKind {
  const kind: unknown = isFields(given) ? given.kind : undefined;
  return OPTIMIZER_KINDS.find((each) => each === kind) ?? DEFAULT_OPTIMIZER;
}

/** Returns the schema of an optimizer's configuration, derived from its declaration. */
function schemaOf(kind: OptimizerKind): v.GenericSchema<unknown, OptimizerConfig> {
  const { rateDivisor, settings } = optimizerOf(kind);
  const fields = Object.entries(settings).map(
    ([name, setting]) => [name, v.optional(RANGES[setting.range], setting.default)] as const,
  );
  return v.pipe(
    exact({
      kind: v.optional(v.picklist(OPTIMIZER_KINDS), DEFAULT_OPTIMIZER),
      learningRate: v.optional(positive, DEFAULT_RATE / rateDivisor),
      ...Object.fromEntries(fields),
      clipNorm: v.optional(v.nullable(positive), 1),
    }),
    v.transform((config) => config as OptimizerConfig),
  );
}

export const optimizerSchema: v.GenericSchema<unknown, OptimizerConfig> = v.lazy((given) =>
  schemaOf(kindOf(given)),
);
