/**
 * How the number of steps of a run changed while it ran: after `done` steps, `steps` were planned for the whole run.
 * The first plan begins at 0, and `done` increases.
 */
export type StepPlans = readonly (readonly [done: number, steps: number])[];

/**
 * Returns how far the learning rate of a run has come after warmup, from 0 to 1. If the number of steps changes, the
 * progress so far is kept, and the rest is spread over the steps that are left. The rate therefore does not jump, and
 * ends where it would have ended.
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

/** Adds a plan. Plans from `done` on, which belong to an abandoned history of the run, are removed. */
export function withPlan(plans: StepPlans, done: number, steps: number): StepPlans {
  return [...plans.filter(([at]) => at < done), [done, steps]];
}

/** Finds a problem in plans that were read from a file. */
export function planProblem(plans: StepPlans, steps: number): string | null {
  if (plans[0]?.[0] !== 0) return `stepPlans begins at ${plans[0]?.[0] ?? 'nothing'}; expected 0`;
  const wrong = plans.find(
    // A plan may end at once, because the time of a run may be reduced to the time that it has used.
    ([done, planned], i) => planned < done || (i > 0 && done <= (plans[i - 1]?.[0] ?? 0)),
  );
  if (wrong !== undefined)
    return `stepPlans has [${wrong.join(', ')}]; expected increasing steps, none above its plan`;
  const last = plans.at(-1)?.[1];
  return last === steps ? null : `stepPlans ends with ${last} steps; expected ${steps}, the value of steps`;
}
