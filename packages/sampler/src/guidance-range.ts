/**
 * Allowed scales g of classifier-free guidance, in the library, command line, API and page. The subpath
 * `@isonoise/sampler/guidance-range` exports them without loading the samplers.
 *
 * Guidance samples p(x)·p(c|x)^g. For g >= 0 this is at most p(x), so it can be normalized to a distribution. For g < 0
 * it grows without bound where the class is unlikely, so a distribution need not exist. Above 100, a larger scale no
 * longer changes the clipped x_0, and eventually float32 overflows.
 */
export const GUIDANCE_RANGE: { readonly least: number; readonly most: number } = Object.freeze({
  least: 0,
  most: 100,
});

/**
 * Default scale of guidance for images of a class, if the network has a null class and its bundle does not recommend
 * another scale; docs/decisions/023-default-guidance.md has the measurements. `planSampling` does not apply it.
 */
export const DEFAULT_GUIDANCE = 1.5;

/** Description of the range in error messages. */
export const GUIDANCE_EXPECTED: string = `a number from ${GUIDANCE_RANGE.least} to ${GUIDANCE_RANGE.most} (1 turns guidance off)`;

/** Whether a value is a scale in {@link GUIDANCE_RANGE}. −0 is excluded, because JSON cannot represent it. */
export function isGuidance(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    value >= GUIDANCE_RANGE.least &&
    value <= GUIDANCE_RANGE.most &&
    !Object.is(value, -0)
  );
}
