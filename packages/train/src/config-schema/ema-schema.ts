import * as v from 'valibot';
import { isAverageLength, LENGTH_RANGE } from '../averages/power-function.ts';
import type { EmaConfig } from '../ema-decay.ts';
import { EMA_KINDS, type EmaKind } from '../ema-kinds.ts';
import { TRAIN_LIMITS } from '../limits.ts';
import { exact, isFields, share, whole } from './values.ts';

const LENGTHS_EXPECTED = `expected two different lengths from ${LENGTH_RANGE.least} to ${LENGTH_RANGE.most}`;
const lengths = v.custom<readonly [number, number]>(
  (value) =>
    Array.isArray(value) && value.length === 2 && value[0] !== value[1] && value.every(isAverageLength),
  ({ input }) => `got ${JSON.stringify(input)}; ${LENGTHS_EXPECTED}`,
);

const emaKind = v.picklist(EMA_KINDS);
const schemas: { readonly [K in EmaKind]: v.GenericSchema<unknown, EmaConfig> } = {
  exponential: v.pipe(
    exact({
      kind: v.optional(emaKind, 'exponential'),
      decay: v.optional(share, 0.999),
      warmup: v.optional(v.boolean(), true),
    }),
    v.transform((config) => ({ ...config, kind: 'exponential' as const })),
  ),
  power: exact({
    kind: v.literal('power'),
    // The lengths of Karras et al. 2024. The shorter average gave better images during runs, and equally good images at
    // the end.
    lengths: v.optional(lengths, () => [0.05, 0.1] as const),
    snapshots: v.optional(whole(1, TRAIN_LIMITS.snapshots), 24),
  }),
};

export const emaSchema: v.GenericSchema<unknown, EmaConfig> = v.lazy(
  (given) => schemas[isFields(given) && given.kind === 'power' ? 'power' : 'exponential'],
);
