/** What can be asked of this package wrongly. */
export type ScheduleErrorCode =
  | 'SCHEDULE_CONFIG'
  | 'SCHEDULE_TIMESTEP'
  | 'SCHEDULE_SPACING'
  | 'SCHEDULE_SHAPE';

/** A schedule, timestep or array that has no meaning here; `code` is stable, the message says what to pass instead. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
  readonly code: ScheduleErrorCode;

  constructor(code: ScheduleErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
