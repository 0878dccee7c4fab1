export { DEFAULT_FORMAT, type SampleFormat } from './answer-fields.ts';
export { apiErrorSchema, modelListSchema, streamEventSchemas } from './answer-schemas.ts';
export {
  /** @public */
  BODY_LIMITS,
} from './fields.ts';
export { ANSWER_HEADERS } from './headers.ts';
export { type JobBody, type JobLimits, jobBody } from './job-body.ts';
export { type JobInfo, type JobList, jobInfoSchema, jobListSchema } from './job-info.ts';
export type { ModelList, ModelSummary } from './model-summary.ts';
export { type ResumeBody, resumeBodyFields, resumeBodySchema, savedRunSchema } from './resume-body.ts';
export {
  type EditJson,
  type SampleBody,
  type StartJson,
  sampleBodyFields,
  sampleBodySchema,
} from './sample-body.ts';
export type { ApiError, StreamEventName, StreamEvents } from './stream-event.ts';
