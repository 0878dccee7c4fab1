import { type MakeError, makeError } from '@isonoise/error';

/** Codes of this package; docs/errors.md is made of them. */
export const ERROR_CODES = {
  SCHEDULE_CONFIG: {
    meaning: 'The configuration of a noise schedule is not valid, or leaves nothing of the image.',
    advice: 'Correct the field in the message.',
  },
  SCHEDULE_TIMESTEP: {
    meaning: 'A timestep is outside of the schedule.',
    advice: 'Pass a whole number below the number of training timesteps.',
  },
  SCHEDULE_SPACING: {
    meaning: 'The number of steps, or their spacing, does not fit the schedule.',
    advice: 'Ask for at most as many steps as the schedule has timesteps.',
  },
  SCHEDULE_SHAPE: {
    meaning: 'Arrays of images, noise and timesteps do not have matching lengths.',
    advice: 'Pass as many values for each image as the image has.',
  },
};

export type ScheduleErrorCode = keyof typeof ERROR_CODES;

export const scheduleError: MakeError<'SCHEDULE', typeof ERROR_CODES> = makeError;
