import { RemoteModel } from '@isonoise/runtime';
import type { OrtAssets } from './ort-assets.ts';
import { webPort } from './web-port.ts';

/** Options that the worker needs to open a model. */
export interface WebOpenOptions {
  readonly assets?: OrtAssets;
}

/** Advice if the script is missing. The default advice about memory and providers would not help. */
const SCRIPT_MISSING =
  'Serve worker.js of @isonoise/runtime-web and its imports beside the module that starts it. Bundlers do this ' +
  "automatically. For `vite dev`, exclude isonoise from pre-bundling (optimizeDeps.exclude: ['isonoise']). A " +
  'Content-Security-Policy must allow the worker with worker-src.';

/** How long `stop` waits for a running call before it terminates the worker. The call itself cannot be interrupted. */
const LONGEST_GOODBYE_MS = 1000;

/** A Web Worker with one session. The owner must call `stop`. */
export class ModelWorker {
  readonly model: RemoteModel<WebOpenOptions>;
  readonly #worker: Worker;

  constructor() {
    // If the workspace runs from source, Vite resolves this name to worker.ts.
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'isonoise' });
    this.model = new RemoteModel(webPort(this.#worker));
    this.#worker.addEventListener('error', ({ message, error }: ErrorEvent) => {
      // If the script cannot be loaded, the event has no message.
      if (message) this.#crash(`it crashed: ${message}`, { cause: error });
      else this.#crash('its script could not be loaded', { advice: SCRIPT_MISSING });
    });
    this.#worker.addEventListener('messageerror', () => this.#crash('a message could not be read'));
  }

  /** Rejects all calls and ends the worker, whose memory would otherwise stay in use. */
  #crash(reason: string, details?: Parameters<RemoteModel['fail']>[1]): void {
    this.model.fail(reason, details);
    this.#worker.terminate();
  }

  /** Releases the session and ends the worker; running calls are rejected. Safe to call again. */
  async stop(): Promise<void> {
    await Promise.race([
      this.model.close(),
      new Promise((resolve) => setTimeout(resolve, LONGEST_GOODBYE_MS)),
    ]);
    this.#worker.terminate();
    this.model.fail('it was stopped');
  }
}
