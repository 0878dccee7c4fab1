export { allocatedBytes } from './allocated-bytes.ts';
export { JobClient, type JobRequest } from './client.ts';
export { type Connection, connect, isStoreTrouble, safeUrl, storeError } from './connect.ts';
export { defaultRange } from './default-range.ts';
export type { RangeOutcome } from './draw-range.ts';
export { type JobsErrorCode, jobsError } from './errors.ts';
export { JobCache } from './job-cache.ts';
export { type BundleName, countRanges, imagesOfRange, type JobRecord } from './job-record.ts';
export { JobStore } from './job-store.ts';
export type {
  DrawnBy,
  FinishedRange,
  JobProgress,
  JobRecords,
  JobTotals,
  UnreadableJob,
} from './job-types.ts';
export { ACTIVE_KEY, PROTOCOL, QUEUE_KEY } from './protocol.ts';
export type { RangeModel, RangeModels } from './range-model.ts';
export type { QueuedRanges } from './range-queue.ts';
export type { JobPlan } from './start-fields.ts';
export type { StoreMemory } from './store-memory.ts';
export { untilAborted } from './until-aborted.ts';
export { type RunningWorker, startWorker, type WorkerOptions } from './worker.ts';
export type { WorkerInfo } from './worker-list.ts';
