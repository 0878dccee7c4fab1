export { createServer, type Server, type ServerOptions } from './create-server.ts';
export { ServerError, type ServerErrorCode } from './errors.ts';
export { DEFAULT_LIMITS, type ServerLimits } from './limits.ts';
export { createLog, LOG_LEVELS, type LogLevel } from './observability/log.ts';
export { DEFAULT_PORT, type Listening, type ListenOptions, serve } from './serve.ts';
