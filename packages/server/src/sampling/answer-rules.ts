import { DEFAULT_FORMAT, type ResumeBody, type SampleBody } from '@isonoise/api';
import { plural } from '@isonoise/error';
import { samplers } from '@isonoise/sampler';
import { ServerError } from '../errors.ts';
import type { PlannedStart } from './start-of.ts';

function fail(problem: string): never {
  throw new ServerError('BODY_INVALID', problem);
}

/**
 * Checks that the fields about saving fit the format and the steps of a body.
 *
 * @returns the number of finished steps of the run when the request ends
 * @throws ServerError `BODY_INVALID`
 */
export function endOf(body: SampleBody | ResumeBody, { plan, nextStep }: PlannedStart): number {
  const { format = DEFAULT_FORMAT, stopAfter, saveEvery } = body;
  const { length } = plan.steps;
  const left = length - nextStep;
  if (left === 0)
    fail(
      `from is a run with all ${plural(length, 'step')} done; expected a run with steps left. Draw the images again.`,
    );
  if (format === 'png' && samplers[plan.sampler].inverts !== undefined) {
    fail(
      `format is png, but sampler ${plan.sampler} returns noise, which a PNG cannot hold; expected format float32, ` +
        'stream or saved. Set format.',
    );
  }
  if (saveEvery !== undefined && format !== 'stream') {
    fail(
      `saveEvery is ${saveEvery} with format ${format}; expected format stream. Set format, or omit saveEvery.`,
    );
  }
  if (stopAfter === undefined) {
    if (format === 'saved')
      fail(
        'format is saved without stopAfter; expected a number of steps. Set stopAfter, or another format.',
      );
    return length;
  }
  if (format !== 'saved') {
    fail(
      `stopAfter is ${stopAfter} with format ${format}; expected format saved. Set format, or omit stopAfter.`,
    );
  }
  if (stopAfter >= left) {
    fail(
      left === 1
        ? `stopAfter is ${stopAfter}, but the run has one step left; expected a format other than saved. Set format, and omit stopAfter.`
        : `stopAfter is ${stopAfter}, but the run has ${plural(left, 'step')} left; expected an integer in [1, ${left - 1}].`,
    );
  }
  return nextStep + stopAfter;
}
