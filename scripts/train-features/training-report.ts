/** Number of steps between two lines of progress. */
const REPORT_EVERY = 100;

/** Creates a reporter, which prints the mean loss and the remaining time of a training. */
export function trainingReport(steps: number): {
  onStep(step: number, loss: number): void;
  /** Returns the seconds since `trainingReport` was called. */
  seconds(): number;
} {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  let sum = 0;
  return {
    seconds,
    onStep(step, loss) {
      sum += loss;
      if (step % REPORT_EVERY !== 0) return;
      const left = (seconds() / step) * (steps - step);
      console.error(
        `step ${step}/${steps} · loss ${(sum / REPORT_EVERY).toFixed(4)} · ${left.toFixed(0)} s left`,
      );
      sum = 0;
    },
  };
}
