/**
 * Subpath `@isonoise/sampler/guidance-range`: what a scale may be, without what sampling loads.
 *
 * Scales g of classifier-free guidance that are taken, by every face: library, command line, API and page.
 *
 * Guidance samples p(x)·p(c|x)^g. From 0 on that is at most p(x), so it is a distribution; below 0 it grows without bound
 * where the class is unlikely, and no distribution need exist. To 100: beyond it the clipped x_0 no longer changes, and
 * float32 overflows in the end.
 */
export const GUIDANCE_RANGE: { readonly least: number; readonly most: number } = Object.freeze({
  least: 0,
  most: 100,
});

/** What errors say is expected. */
export const GUIDANCE_EXPECTED: string = `a number from ${GUIDANCE_RANGE.least} to ${GUIDANCE_RANGE.most}; 1 is no guidance`;

/** Whether a value is a scale in {@link GUIDANCE_RANGE}. −0 is not: JSON would not keep it. */
export function isGuidance(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    value >= GUIDANCE_RANGE.least &&
    value <= GUIDANCE_RANGE.most &&
    !Object.is(value, -0)
  );
}
