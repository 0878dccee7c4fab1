import { ownCode } from '../error-answer.ts';
import type { Models } from './models.ts';

export interface ReadinessOptions {
  readonly models: Models;
  /** Models to open at the start. The server is ready when all were tried and at least one is open. */
  readonly preload: readonly string[];
  readonly shuttingDown: () => boolean;
  /** Called for each model of `preload` that could not be opened. */
  readonly onFailure: (reason: unknown) => void;
}

export interface Readiness {
  /** Returns why no model can be served, without names and paths; undefined if a model can be served. */
  notReady(): Promise<string | undefined>;
  /** Settles when every model of `preload` is open or has failed. */
  readonly preloaded: Promise<void>;
}

/** Creates the readiness check and starts opening the models of `preload`. */
export function createReadiness(options: ReadinessOptions): Readiness {
  const { models, preload, shuttingDown, onFailure } = options;
  let reason: string | undefined = preload.length === 0 ? undefined : 'models are being opened';
  const preloaded = Promise.allSettled(
    preload.map(async (name) => (await models.acquire(await models.find(name))).release()),
  ).then((results) => {
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const failure of failures) onFailure(failure);
    const none = failures.length === preload.length && failures.length > 0;
    reason = none ? cannotOpen(ownCode(failures[0])) : undefined;
  });
  return {
    preloaded,
    async notReady() {
      if (shuttingDown()) return 'shutting down';
      if (reason !== undefined) return reason;
      const states = await models.states();
      if (states.length === 0) return 'no usable model; the log has the details';
      const failures = states.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
      return failures.length < states.length ? undefined : cannotOpen(ownCode(failures[0]));
    },
  };
}

function cannotOpen(code = 'INTERNAL'): string {
  return `no model could be opened: ${code}; the log has the details`;
}
