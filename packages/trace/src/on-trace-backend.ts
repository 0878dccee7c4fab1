import { registerGradients } from '@isonoise/ops';
import * as tf from '@tensorflow/tfjs-core';
import { BACKEND_NAME, registerRules, TraceBackend } from './backend.ts';

/**
 * Does work while tfjs runs on a recording backend. All of it happens at once, without a turn of the event loop, so that
 * nothing else that uses tfjs runs meanwhile. Afterwards tfjs has the backend that it had.
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

/** tfjs sets a backend that is there already before it first waits. */
function setBackendNow(name: string): void {
  void tf.setBackend(name);
}
