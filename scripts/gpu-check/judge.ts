import { largestDifference } from '../parity/difference.ts';

/** Results of a device, and the time that they took. The results should agree with those of the CPU. */
export interface Results {
  /** Losses of two training steps; the second depends on the gradients and the update of the first. */
  readonly losses: readonly number[];
  readonly trainSeconds: number;
  /** Prediction of the network for noisy images at several timesteps. */
  readonly prediction: Float32Array;
  /** The image of one sampling run. */
  readonly image: Float32Array;
  readonly sampleSeconds: number;
}

/** Outcome for a device: its results, the reason for its absence, or its failure. */
export type Outcome =
  | { readonly name: string; readonly results: Results; readonly software?: true }
  | { readonly name: string; readonly absent: string }
  | { readonly name: string; readonly failed: string };

/** Largest differences from the CPU. */
export interface Differences {
  /** Largest relative difference of a loss. */
  readonly losses: number;
  readonly prediction: number;
  readonly image: number;
}

/**
 * Largest accepted differences. Devices add numbers in different orders, so their results differ. WebGPU on a
 * software renderer differs from the CPU by 2e-7 in the losses and by 1e-5 in a prediction. For values in [-1, 1], half
 * a level of an 8-bit image is 4e-3.
 */
const ACCEPTED: Differences = { losses: 1e-5, prediction: 1e-4, image: 4e-3 };

/** Compares results with those of the CPU. A difference is NaN if a value is missing or NaN. */
export function differencesOf(results: Results, cpu: Results): Differences {
  const relative = results.losses.map((loss, i) => {
    const expected = cpu.losses[i] ?? Number.NaN;
    return Math.abs(loss - expected) / Math.abs(expected);
  });
  return {
    losses: results.losses.length === cpu.losses.length ? Math.max(...relative) : Number.NaN,
    prediction: largestDifference(results.prediction, cpu.prediction),
    image: largestDifference(results.image, cpu.image),
  };
}

/** The verdict on a device. Its reason is empty if the device agrees. */
export interface Verdict {
  readonly name: string;
  readonly state: 'agrees' | 'absent' | 'failed';
  readonly reason: string;
  /** Whether the device is a software renderer. A software renderer does not count as a GPU. */
  readonly software: boolean;
  readonly results?: Results;
  readonly differences?: Differences;
}

/** Names of the differences in a verdict. */
const NAMES: Readonly<Record<keyof Differences, string>> = {
  losses: 'largest relative difference of a loss',
  prediction: 'largest difference in the prediction',
  image: 'largest difference in the image',
};
const KEYS = Object.keys(NAMES) as readonly (keyof Differences)[];

/** Judges the outcomes. Without results of the CPU, the other devices with results fail. */
export function judge(outcomes: readonly Outcome[]): readonly Verdict[] {
  const cpu = outcomes.find(({ name }) => name === 'cpu');
  const base = cpu !== undefined && 'results' in cpu ? cpu.results : undefined;
  return outcomes.map((outcome): Verdict => {
    const { name } = outcome;
    const software = 'software' in outcome;
    if ('absent' in outcome) return { name, software, state: 'absent', reason: outcome.absent };
    if ('failed' in outcome) return { name, software, state: 'failed', reason: outcome.failed };
    const { results } = outcome;
    if (base === undefined)
      return { name, software, state: 'failed', reason: 'the CPU gave no results to compare with', results };
    const differences = differencesOf(results, base);
    // The comparison is negated, so that NaN counts as wrong.
    const wrong = KEYS.filter((each) => !(differences[each] <= ACCEPTED[each]));
    const reason = wrong
      .map(
        (each) => `${NAMES[each]}: ${differences[each].toExponential(1)}; expected at most ${ACCEPTED[each]}`,
      )
      .join('; ');
    return { name, software, state: wrong.length === 0 ? 'agrees' : 'failed', reason, results, differences };
  });
}

/** Returns the last line of the report, which says what the check proved. */
export function conclusion(verdicts: readonly Verdict[]): string {
  const failed = verdicts.filter(({ state }) => state === 'failed');
  if (failed.length > 0) return `gpu-check: FAILED on ${failed.map(({ name }) => name).join(', ')}.`;
  const gpus = verdicts.filter(
    ({ name, state, software }) => name !== 'cpu' && state === 'agrees' && !software,
  );
  return gpus.length === 0
    ? 'gpu-check: NO GPU: no usable GPU was found, so none was compared with the CPU.'
    : `gpu-check: ok: ${gpus.map(({ name }) => name).join(', ')} ${gpus.length === 1 ? 'agrees' : 'agree'} with the CPU.`;
}

/** Returns 1 if a device failed, and 0 otherwise. */
export const exitCode = (verdicts: readonly Verdict[]): number =>
  verdicts.some(({ state }) => state === 'failed') ? 1 : 0;

const HEADING = ['device', 'result', 'training', 'losses', 'sampling', 'prediction', 'image'];

/** Formats the table, a line for each reason, and the conclusion. */
export function report(verdicts: readonly Verdict[]): string {
  const rows = [HEADING, ...verdicts.map(cells)];
  const widths = HEADING.map((_, k) => Math.max(...rows.map((row) => row[k]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, k) => cell.padEnd(widths[k] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const reasons = verdicts
    .filter(({ reason }) => reason !== '')
    .map(({ name, state, reason }) => `${name}: ${state}: ${reason}`);
  return [...lines, '', ...reasons, ...(reasons.length === 0 ? [] : ['']), conclusion(verdicts)].join('\n');
}

function cells({ name, state, results, differences }: Verdict): string[] {
  if (results === undefined) return [name, state];
  const difference = (each: keyof Differences): string =>
    name === 'cpu' ? 'reference' : (differences?.[each].toExponential(1) ?? '');
  const seconds = (value: number): string => `${value.toFixed(2)} s`;
  return [
    name,
    state,
    seconds(results.trainSeconds),
    difference('losses'),
    seconds(results.sampleSeconds),
    difference('prediction'),
    difference('image'),
  ];
}
