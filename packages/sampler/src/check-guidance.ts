import { showValue } from '@isonoise/error';
import { INTERVAL_EXPECTED, isGuidanceInterval } from './guidance-interval.ts';
import { GUIDANCE_EXPECTED, isGuidance } from './guidance-range.ts';
import { isRescale, RESCALE_EXPECTED } from './guidance-settings.ts';
import type { Fail } from './plan-limits.ts';
import type { GuidedBy, SamplingPlan } from './sampling-plan.ts';

const GUIDED_BY: readonly GuidedBy[] = ['noClass', 'network'];

type PlannedGuidance = Pick<SamplingPlan, 'guidance' | 'guidedBy' | 'guidanceRescale' | 'guidanceInterval'>;

/** Checks the guidance of a plan. Fields missing from older saved runs get their defaults. */
export function checkGuidance(
  {
    guidance,
    guidedBy: by = 'noClass',
    guidanceRescale: rescale = 0,
    guidanceInterval: interval = null,
  }: { readonly [K in keyof PlannedGuidance]?: unknown },
  { classLabels, nullClass, tags }: Pick<SamplingPlan, 'classLabels' | 'nullClass' | 'tags'>,
  fail: Fail,
): PlannedGuidance {
  if (!isGuidance(guidance)) {
    return fail(`guidance is ${showValue(guidance)}; expected ${GUIDANCE_EXPECTED}.`);
  }
  const guidedBy = GUIDED_BY.find((each) => each === by);
  if (guidedBy === undefined) {
    return fail(`guidedBy is ${showValue(by)}; expected one of ${GUIDED_BY.join(', ')}.`);
  }
  if (!isRescale(rescale)) {
    return fail(`guidanceRescale is ${showValue(rescale)}; expected ${RESCALE_EXPECTED}.`);
  }
  if (interval !== null && !isGuidanceInterval(interval)) {
    return fail(`guidanceInterval is ${showValue(interval)}; expected ${INTERVAL_EXPECTED}.`);
  }
  const hasCondition = tags !== undefined || (classLabels !== null && nullClass !== null);
  if (guidance !== 1 && guidedBy === 'noClass' && !hasCondition) {
    return fail(
      `guidance is ${guidance} without tags, and classLabels or nullClass (the label of "no class") is null; expected both ` +
        'labels, tags, or guidedBy network. Set them, or use a second network as the guide.',
    );
  }
  if (tags !== undefined && tags.without.length > 0 && (guidance === 1 || guidedBy !== 'noClass')) {
    return fail(
      `tags.without is not empty, guidance is ${guidance} and guidedBy is ${guidedBy}; expected a guidance other than 1 and ` +
        'guidedBy noClass. Set them, or leave out tags.without.',
    );
  }
  return {
    guidance,
    guidedBy,
    guidanceRescale: rescale,
    guidanceInterval: interval === null ? null : Object.freeze([interval[0], interval[1]] as const),
  };
}
