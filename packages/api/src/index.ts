export { apiErrorSchema, modelListSchema, streamEventSchemas } from './answer-schemas.ts';
export { ANSWER_HEADERS } from './headers.ts';
export type { ModelList, ModelSummary } from './model-summary.ts';
export {
  /** @public */
  BODY_LIMITS,
  DEFAULT_FORMAT,
  type SampleBody,
  type SampleFormat,
  sampleBodyFields,
  sampleBodySchema,
} from './sample-body.ts';
export type { ApiError, StreamEventName, StreamEvents } from './stream-event.ts';
