import { RemoteModel } from '@isonoise/runtime';
import type { OrtAssets } from './ort-assets.ts';
import { webPort } from './web-port.ts';

/** What the worker is told besides the model. */
export interface WebOpenOptions {
  readonly assets?: OrtAssets;
}

/** Nothing was run: memory and providers have no part in it. */
const SCRIPT_MISSING =
  'Serve worker.js of @isonoise/runtime-web beside the module that starts it, and its imports too: a bundler does so by ' +
  "itself, but for `vite dev` isonoise must be excluded from pre-bundling (optimizeDeps.exclude: ['isonoise']); a " +
  'Content-Security-Policy must allow worker-src.';

/** A run under way cannot be ended politely; after so many milliseconds the worker is ended with it. */
const LONGEST_GOODBYE_MS = 1000;

/** A Web Worker with one session. Whoever made it calls `stop`. */
export class ModelWorker {
  readonly model: RemoteModel<WebOpenOptions>;
  readonly #worker: Worker;

  constructor() {
    // From source, Vite finds worker.ts under this name; in dist it is there.
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'isonoise' });
    this.model = new RemoteModel(webPort(this.#worker));
    this.#worker.addEventListener('error', ({ message, error }: ErrorEvent) =>
      // A script that cannot be loaded gives an event without a message.
      message
        ? this.model.fail(`it crashed: ${message}`, { cause: error })
        : this.model.fail('its script could not be loaded', { advice: SCRIPT_MISSING }),
    );
    this.#worker.addEventListener('messageerror', () => this.model.fail('a message could not be read'));
  }

  /** Releases the session and ends the worker; calls under way are rejected. Safe to call again. */
  async stop(): Promise<void> {
    await Promise.race([
      this.model.close(),
      new Promise((resolve) => setTimeout(resolve, LONGEST_GOODBYE_MS)),
    ]);
    this.#worker.terminate();
    this.model.fail('it was ended');
  }
}
