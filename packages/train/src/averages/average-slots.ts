/** Names of the state's vectors that are averages of the weights. The first average is used for samples and exports. */
export const AVERAGE_SLOTS = ['ema', 'ema2'] as const;

export type AverageSlot = (typeof AVERAGE_SLOTS)[number];

/** Decay of each average in a step, which computes average ← decay·average + (1 − decay)·theta. */
export type AverageDecays = { readonly emaDecay: number } & {
  readonly [S in Exclude<AverageSlot, 'ema'> as `${S}Decay`]?: number | undefined;
};

/** Returns the names of the first averages. @param count number of averages. Default 1 */
export function averageSlots(count: 1 | 2 = 1): readonly AverageSlot[] {
  return AVERAGE_SLOTS.slice(0, count);
}

/** Returns the name of the scalar with the decay of an average. */
export function decayName<S extends AverageSlot>(slot: S): `${S}Decay` {
  return `${slot}Decay`;
}

/**
 * Returns the decays of the first averages.
 *
 * @param count number of averages; undefined is 1
 * @throws Error if `decays` lacks one of them
 */
export function pickDecays(
  decays: AverageDecays,
  count: 1 | 2 | undefined,
): Readonly<Record<'emaDecay', number>> & Readonly<Record<string, number>> {
  const picked = averageSlots(count).map((slot) => {
    const decay = decays[decayName(slot)];
    if (decay === undefined)
      throw new Error(
        `train: the feeds of a step have no ${decayName(slot)}; expected a decay for each average. Add it.`,
      );
    return [decayName(slot), decay] as const;
  });
  return { emaDecay: decays.emaDecay, ...Object.fromEntries(picked) };
}
