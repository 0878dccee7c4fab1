import { join } from 'node:path';
import { codeOf } from '@isonoise/error';
import { readRegularFile } from '@isonoise/runtime-node';
import { trainError } from '@isonoise/train';
import { isAverageLength } from '@isonoise/train/presets';
import { atomicWrite } from '../atomic-write.ts';

/**
 * Content of `ema.json` in a run: the measured average with the smallest FID. By default, `export-onnx` exports this
 * average if it exports the checkpoint of the same step.
 */
export interface EmaChoice {
  /** Step of the checkpoint. */
  readonly step: number;
  /** σ_rel of the average. */
  readonly length: number;
  readonly fid: number;
  /** Settings of the FID measurement. */
  readonly measured: Readonly<Record<string, string | number>>;
}

const FILE = 'ema.json';

export function writeEmaChoice(run: string, choice: EmaChoice): Promise<void> {
  return atomicWrite(join(run, FILE), `${JSON.stringify(choice, null, 2)}\n`);
}

/**
 * Reads the choice of a run; null if the run has no `ema.json`.
 *
 * @throws `RUN_FILE` if `ema.json` cannot be read, is not JSON, or has a missing or invalid field
 */
export async function readEmaChoice(run: string): Promise<EmaChoice | null> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(await readRegularFile(join(run, FILE))));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return null;
    throw damaged(run, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (isChoice(value)) return value;
  throw damaged(run, 'a field is missing or invalid; expected the fields step, length, fid and measured');
}

function isChoice(value: unknown): value is EmaChoice {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return (
    Number.isSafeInteger(fields.step) &&
    isAverageLength(fields.length) &&
    typeof fields.fid === 'number' &&
    typeof fields.measured === 'object'
  );
}

function damaged(run: string, problem: string, cause?: unknown): Error {
  return trainError(
    'RUN_FILE',
    `run ${run}: ${FILE} cannot be used: ${problem}. Remove the file, or run pnpm ema again.`,
    {
      cause,
    },
  );
}
