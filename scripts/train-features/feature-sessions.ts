import { importOnnxRuntime } from '@isonoise/runtime-node';
import type { SessionFactory } from '@isonoise/train';

/** Returns a function that creates sessions on the CPU. @param threads number of threads; null for one per core */
export function featureSessions(threads: number | null): SessionFactory {
  return async (model) => {
    const { InferenceSession } = await importOnnxRuntime();
    return InferenceSession.create(model, {
      executionProviders: ['cpu'],
      ...(threads === null ? {} : { intraOpNumThreads: threads }),
      extra: { session: { set_denormal_as_zero: '1' } },
      logSeverityLevel: 3,
    });
  };
}
