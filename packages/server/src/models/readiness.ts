import { ownCode } from '../error-answer.ts';
import type { Models } from './models.ts';

export interface ReadinessOptions {
  readonly models: Models;
  /** Models to open at once; the server is ready when all have been tried and one of them is open. */
  readonly preload: readonly string[];
  readonly shuttingDown: () => boolean;
  /** Told of each model of `preload` that could not be opened. */
  readonly onFailure: (reason: unknown) => void;
}

export interface Readiness {
  /** Why no model can be served, in words without names and paths; undefined where one can. */
  notReady(): Promise<string | undefined>;
  /** Settles when every model of `preload` is open, or has failed. */
  readonly preloaded: Promise<void>;
}

/** Whether requests to draw make sense now. Opens the models of `preload`. */
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
      if (states.length === 0) return 'there is no model that can be used; the log says more';
      const failures = states.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
      return failures.length < states.length ? undefined : cannotOpen(ownCode(failures[0]));
    },
  };
}

function cannotOpen(code = 'INTERNAL'): string {
  return `no model could be opened: ${code}; the log says more`;
}
