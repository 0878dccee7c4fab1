export { JobClient, type JobRequest } from './client.ts';
export { type Connection, connect, safeUrl } from './connect.ts';
export type { RangeOutcome } from './draw-range.ts';
export { type JobsErrorCode, jobsError } from './errors.ts';
export type { BundleName, JobRecord } from './job-record.ts';
export type { DrawnBy, FinishedRange, JobProgress } from './job-store.ts';
export type { RangeModel, RangeModels } from './range-model.ts';
export { type RunningWorker, startWorker, type WorkerOptions } from './worker.ts';
