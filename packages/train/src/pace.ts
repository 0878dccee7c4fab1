/** Number of recent steps that the pace covers. */
const WINDOW = 21;

/**
 * The pace of a run, which is the median duration of the last steps. A single slow step does not affect it. For
 * example, the first step includes preparations.
 */
export class Pace {
  private readonly durations: number[] = [];

  /** @param milliseconds duration of a step */
  add(milliseconds: number): void {
    this.durations.push(milliseconds);
    if (this.durations.length > WINDOW) this.durations.shift();
  }

  /** Seconds per step; 0 before the first step. */
  get secondsPerStep(): number {
    const sorted = this.durations.toSorted((a, b) => a - b);
    return (sorted[Math.floor(sorted.length / 2)] ?? 0) / 1000;
  }
}
