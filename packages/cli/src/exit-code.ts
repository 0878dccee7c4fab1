import type { DataErrorCode } from '@isonoise/data';
import { codeOf } from '@isonoise/error';
import type { PictureErrorCode } from '@isonoise/picture';
import type { RuntimeErrorCode } from '@isonoise/runtime';
import type { SamplerErrorCode } from '@isonoise/sampler';
import type { ScheduleErrorCode } from '@isonoise/schedule';
import type { ServerErrorCode } from '@isonoise/server';
import type { TrainErrorCode } from '@isonoise/train';
import { type CliErrorCode, EXIT, Interrupted } from './errors.ts';
import { interruptExitCode } from './terminal/interrupt-signals.ts';

/**
 * Codes of invalid requests. Examples are a value out of range, a contradiction, a class that the model does
 * not have, and an output that cannot be written. All other codes are failures, such as a damaged input or an
 * engine that is not installed.
 */
const USAGE_CODES: readonly (
  | CliErrorCode
  | DataErrorCode
  | PictureErrorCode
  | RuntimeErrorCode
  | SamplerErrorCode
  | ScheduleErrorCode
  | ServerErrorCode
  | TrainErrorCode
  | 'RANDOM_SEED'
  | 'NETWORK_CONFIG'
)[] = [
  'CLI_USAGE',
  'CLI_OUTPUT_EXISTS',
  'PICTURE_OPTION',
  'PICTURE_TOO_LARGE',
  'RUNTIME_REQUEST',
  'SAMPLER_REQUEST',
  'SCHEDULE_SPACING',
  'RANDOM_SEED',
  'DATA_ARGUMENT',
  'TRAIN_CONFIG',
  'TRAIN_BASE',
  'TRAIN_IMAGES',
  'NETWORK_CONFIG',
  'RUN_EXISTS',
  'RUN_CONFIG_DIFFERS',
  'SERVER_HOST_INVALID',
  'SERVER_ORIGIN_INVALID',
  'SERVER_PRELOAD_INVALID',
  'SERVER_KEY_INVALID',
  'SERVER_LIMIT_INVALID',
  'SERVER_MODEL_NAME_TAKEN',
];

/**
 * Returns the exit code for an error: one of {@link EXIT}, or 128 plus the number of the signal that stopped
 * the command.
 */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return interruptExitCode(error.by);
  return USAGE_CODES.some((code) => codeOf(error) === code) ? EXIT.usage : EXIT.failed;
}
