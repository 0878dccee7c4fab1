export { createServer, type Server, type ServerOptions } from './create-server.ts';
/** @public */
export { ServerError, type ServerErrorCode } from './errors.ts';
/** @public */
export { DEFAULT_LIMITS, type ServerLimits } from './limits.ts';
export { ModelPool } from './models/model-pool.ts';
export { openServedModel, type ServedModel } from './models/served-model.ts';
export { createLog, type LogLevel } from './observability/log.ts';
export { requireListenHost } from './security/host.ts';
export { type Listening, type ListenOptions, serve } from './serve.ts';
