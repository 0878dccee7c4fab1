import { type MakeError, makeError } from '@isonoise/error';

/** Error codes of this package; docs/errors.md is generated from them. */
export const ERROR_CODES = {
  SCHEDULE_CONFIG: {
    meaning: 'The configuration of a noise schedule is not valid, or its noise removes the image completely.',
    advice: 'Correct the field that the message names.',
  },
  SCHEDULE_TIMESTEP: {
    meaning: 'A timestep is outside the schedule.',
    advice: 'Pass a timestep in the range that the message states.',
  },
  SCHEDULE_SPACING: {
    meaning: 'The number of steps, or their spacing, does not fit the schedule.',
    advice: 'Request at most as many steps as the schedule has timesteps.',
  },
  SCHEDULE_PROCESS: {
    meaning:
      'An operation does not support this kind of schedule, such as a diffusion operation on a flow schedule.',
    advice: 'Use a sampler or relation for this kind of schedule.',
  },
  SCHEDULE_SHAPE: {
    meaning: 'Arrays of images, noise and timesteps do not have matching lengths.',
    advice: 'Pass arrays of equal length, a multiple of the number of timesteps.',
  },
};

export type ScheduleErrorCode = keyof typeof ERROR_CODES;

export const scheduleError: MakeError<'SCHEDULE', typeof ERROR_CODES> = makeError;
