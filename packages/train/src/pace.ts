/** How many steps the pace looks back on. */
const WINDOW = 21;

/**
 * The pace of a run: the median duration of the last steps, which one slow step (the first, which still prepares
 * things; one during which the machine slept) does not move.
 */
export class Pace {
  private readonly durations: number[] = [];

  /** @param milliseconds that one more step took */
  add(milliseconds: number): void {
    this.durations.push(milliseconds);
    if (this.durations.length > WINDOW) this.durations.shift();
  }

  /** Seconds a step; 0 before the first. */
  get secondsPerStep(): number {
    const sorted = this.durations.toSorted((a, b) => a - b);
    return (sorted[Math.floor(sorted.length / 2)] ?? 0) / 1000;
  }
}
