import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TrainConfig } from '@isonoise/train';
import { scriptError } from '../script-error.ts';

/**
 * Times of training steps, measured once on an idle machine. They convert a budget in minutes into a number of steps,
 * so that other work on the machine does not change the trainings.
 */
export interface StepTimes {
  /** Processor on which all times were measured, and its number of cores. */
  readonly cpu: string;
  readonly cores: number;
  /** Milliseconds by {@link stepKey}, with a description for readers. */
  readonly times: Readonly<Record<string, { readonly what: string; readonly ms: number }>>;
}

const FILE = fileURLToPath(new URL('step-times.json', import.meta.url));

export async function readStepTimes(): Promise<StepTimes> {
  return JSON.parse(await readFile(FILE, 'utf8')) as StepTimes;
}

export async function writeStepTimes(times: StepTimes): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(times, null, 2)}\n`);
}

/** Returns a hash of all settings on which the time of a step depends. */
export function stepKey({ network, batchSize, optimizer, ema, objective }: TrainConfig): string {
  const { loss, noiseCandidates } = objective;
  const key = {
    network,
    batchSize,
    optimizer: optimizer.kind,
    ema: ema.kind,
    loss: loss.kind,
    noiseCandidates,
  };
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 12);
}

/**
 * Returns the number of steps in a budget.
 *
 * @throws `BENCH_USAGE` if the time of a step was not measured
 */
export function stepsIn(minutes: number, config: TrainConfig, { times }: StepTimes, name: string): number {
  const measured = times[stepKey(config)];
  if (measured === undefined) {
    throw scriptError(
      'BENCH_USAGE',
      `bench recipes: the time of a step of ${name} is not known; expected it in scripts/recipes/step-times.json. ` +
        'Measure it on an idle machine: pnpm bench recipes --measure.',
    );
  }
  return Math.max(1, Math.round((minutes * 60_000) / measured.ms));
}
