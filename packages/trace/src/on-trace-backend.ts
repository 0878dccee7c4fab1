import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { BACKEND_NAME, registerRules, TraceBackend } from './backend.ts';

/**
 * Runs `work` while tfjs uses a recording backend, and then restores the previous backend. `work` is synchronous, so no
 * other tfjs code runs on the recording backend.
 */
export function onTraceBackend<T>(work: (backend: TraceBackend) => T): T {
  const before = tf.engine().backendName as string | null | undefined;
  const backend = new TraceBackend(before ? tf.findBackend(before) : undefined);
  registerGradients();
  registerRules();
  tf.registerBackend(BACKEND_NAME, () => backend, 0);
  try {
    setBackendNow(BACKEND_NAME);
    return work(backend);
  } finally {
    backend.variables.end();
    tf.removeBackend(BACKEND_NAME);
    if (before) setBackendNow(before);
  }
}

/**
 * Sets a backend that is already initialized. tfjs sets it before its first await, so the call takes effect
 * at once.
 */
function setBackendNow(name: string): void {
  void tf.setBackend(name);
}
