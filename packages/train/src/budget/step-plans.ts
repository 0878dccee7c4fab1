/**
 * The plans for the number of steps of a run. After `done` steps, `steps` were planned for the whole run. The first
 * plan begins at 0, and `done` increases.
 */
export type StepPlans = readonly (readonly [done: number, steps: number])[];

/**
 * Returns the progress of a run's learning rate after warmup, from 0 to 1. If the number of steps changes, the
 * progress so far is kept, and the rest is spread over the remaining steps. The learning rate therefore does not
 * jump, and its final value does not change.
 *
 * With one plan, this is (done − warmup) / (steps − warmup).
 *
 * @param warmup steps of warmup, at most `done`
 * @param done number of steps before the current one
 */
export function progressAt(plans: StepPlans, warmup: number, done: number): number {
  let [from, progress, steps] = [warmup, 0, plans[0]?.[1] ?? 0];
  const at = (step: number): number =>
    progress + (1 - progress) * ((step - from) / Math.max(1, steps - from));
  for (const [changed, next] of plans.slice(1)) {
    if (changed > done) break;
    if (changed > from) [progress, from] = [at(changed), changed];
    steps = next;
  }
  return at(done);
}

/** Adds a plan. Removes plans from `done` on, which belong to an abandoned history of the run. */
export function withPlan(plans: StepPlans, done: number, steps: number): StepPlans {
  return [...plans.filter(([at]) => at < done), [done, steps]];
}

/** Finds a problem in plans from a file. @returns its description, or null */
export function planProblem(plans: StepPlans, steps: number): string | null {
  if (plans[0]?.[0] !== 0) return `stepPlans begins at ${plans[0]?.[0] ?? 'nothing'}; expected 0`;
  const wrong = plans.find(
    // A plan may end at once, because a run's time may be reduced to the time that it has used.
    ([done, planned], i) => planned < done || (i > 0 && done <= (plans[i - 1]?.[0] ?? 0)),
  );
  if (wrong !== undefined)
    return `stepPlans has [${wrong.join(', ')}]; expected increasing steps, none above its plan`;
  const last = plans.at(-1)?.[1];
  return last === steps ? null : `stepPlans ends with ${last} steps; expected ${steps}, the value of steps`;
}
