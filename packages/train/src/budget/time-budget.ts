/**
 * Share of the remaining steps after which the plan is checked again. Checks therefore become more frequent towards
 * the end.
 */
const CHECK_SHARE = 0.05;
/** Largest relative change of the remaining steps that does not lead to a new plan. */
const TOLERANCE = 0.02;
/** Number of steps of a session before the first check. The first steps may include preparations. */
const FIRST_CHECK = 8;
/** The pace is measured over this last share of a session, so it follows a machine that becomes faster or slower. */
const RECENT = 0.25;
const FEWEST_RECENT = 12;

export interface TimeBudgetOptions {
  /** Length of the whole run in seconds. */
  readonly seconds: number;
  /** Seconds of earlier sessions of the run. */
  readonly spent: number;
  /** Milliseconds from any origin. */
  readonly clock: () => number;
  /** Steps done before this session. */
  readonly step: number;
}

/**
 * Plans the number of steps of a run so that the run ends in a given time. It measures wall time, which includes
 * checkpoints, sample sheets and pauses of the consumer.
 */
export class TimeBudget {
  readonly #options: TimeBudgetOptions;
  readonly #begun: number;
  readonly #marks: { readonly step: number; readonly time: number }[];
  #nextCheck: number;

  constructor(options: TimeBudgetOptions) {
    this.#options = options;
    this.#begun = options.clock();
    this.#marks = [{ step: options.step, time: this.#begun }];
    this.#nextCheck = options.step + FIRST_CHECK;
  }

  /** Seconds of the run so far. */
  get spent(): number {
    return this.#options.spent + (this.#options.clock() - this.#begun) / 1000;
  }

  /** Remaining seconds; below 0 if the time is over. */
  get left(): number {
    return this.#options.seconds - this.spent;
  }

  /**
   * Seconds per step in the last part of this session, including the time between steps; undefined before the second
   * step.
   */
  get secondsPerStep(): number | undefined {
    const last = this.#marks.at(-1);
    const [, first] = this.#marks;
    if (last === undefined || first === undefined || last === first) return undefined;
    const recent = Math.max(FEWEST_RECENT, RECENT * (last.step - this.#options.step));
    const from = this.#marks.findLast(({ step }) => last.step - step >= recent) ?? first;
    return (last.time - from.time) / (last.step - from.step) / 1000;
  }

  /**
   * Records a step after its checkpoint and samples. @returns the number of steps of the whole run, which changes
   * only if the run would end much too early or too late
   *
   * @param reserve seconds for work after the last step
   */
  after(step: number, planned: number, reserve: number): number {
    this.#marks.push({ step, time: this.#options.clock() });
    const perStep = this.secondsPerStep;
    if (perStep === undefined || step < this.#nextCheck) return planned;
    const possible = step + Math.max(0, Math.floor((this.left - reserve) / Math.max(perStep, 1e-6)));
    const rest = planned - step;
    const late = planned - possible > Math.max(1, TOLERANCE * rest);
    // Near the end, add steps only if the remaining time is enough for many of them.
    const early = possible - planned > Math.max(2, TOLERANCE * Math.max(rest, step - this.#options.step));
    const next = late || early ? possible : planned;
    this.#nextCheck = step + Math.max(1, Math.ceil(CHECK_SHARE * (next - step)));
    return next;
  }
}
