import { ServerError } from '../errors.ts';
import type { RemoteJobs } from './remote-jobs.ts';

/** Returns the jobs of a server. @throws ServerError `JOBS_NOT_CONFIGURED` if it has no store of jobs */
export function configured(remote: RemoteJobs | undefined): RemoteJobs {
  if (remote !== undefined) return remote;
  throw new ServerError(
    'JOBS_NOT_CONFIGURED',
    'jobs: the server has no store of jobs; expected the address of a Redis server. Start it with --redis <url>.',
  );
}
