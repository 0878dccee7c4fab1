import { ServerError } from './errors.ts';

/** Creates the error for work that arrives while the server stops. */
export const shuttingDown = (): ServerError =>
  new ServerError('SHUTTING_DOWN', 'the server is shutting down. Retry later.');
