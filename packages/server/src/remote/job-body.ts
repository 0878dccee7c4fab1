import { type JobBody, jobBody } from '@isonoise/api';
import { DEFAULT_PRIORITY, MOST_DEFAULT_RANGE, MOST_PRIORITY, MOST_RANGE_SIZE } from '@isonoise/jobs/limits';
import type { BodyKind } from '../http/json-body.ts';

/** Maximum number of images of a job that is sent over HTTP. */
export const MOST_IMAGES = 100_000;

/** Bodies of `POST /v1/jobs`. */
export const JOB: BodyKind<JobBody> = jobBody({
  images: MOST_IMAGES,
  rangeSize: MOST_RANGE_SIZE,
  defaultRange: MOST_DEFAULT_RANGE,
  priority: MOST_PRIORITY,
  defaultPriority: DEFAULT_PRIORITY,
});
