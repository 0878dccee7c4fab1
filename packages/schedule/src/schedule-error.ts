/** Stable code of an invalid argument. */
export type ScheduleErrorCode =
  | 'SCHEDULE_CONFIG'
  | 'SCHEDULE_TIMESTEP'
  | 'SCHEDULE_SPACING'
  | 'SCHEDULE_SHAPE';

/** Error of an invalid schedule, timestep or array; the message says what to pass instead. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  readonly code: ScheduleErrorCode;

  constructor(code: ScheduleErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
