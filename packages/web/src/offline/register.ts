import { type ReadonlySignal, signal } from '@preact/signals';
import { isolatesItself, pageUrl } from '../app/site.ts';
import { savesData } from './saves-data.ts';

/** Delay before files are stored for offline use, so that the first picture gets the whole bandwidth. */
const KEEP_AFTER_MS = 4000;
/** Interval at which an open page checks for a new version. */
const LOOK_EVERY_MS = 60 * 60 * 1000;
/** Key of the session storage that marks a page as reloaded for isolation. */
const RELOADED = 'isonoise-isolated';

/** The service worker, which makes the page work offline. */
export interface Offline {
  /** The service worker of a new version; null if there is none. */
  readonly newVersion: ReadonlySignal<ServiceWorker | null>;
  /** Starts the new version and reloads the page with it. */
  readonly useNewVersion: () => void;
  /** Called when a model is open. */
  readonly markFirstUse: () => void;
  /**
   * Registers the service worker. Without HTTPS, and in private windows of some browsers, service workers are not
   * available; the page then works only online.
   */
  readonly registerServiceWorker: () => void;
}

export function createOffline(): Offline {
  const newVersion = signal<ServiceWorker | null>(null);
  let markFirstUse = (): void => {};
  /** Resolves when a model is first opened in this visit. */
  const firstUse = new Promise<void>((resolve) => {
    markFirstUse = resolve;
  });

  async function start(): Promise<void> {
    const registration = await navigator.serviceWorker.register(pageUrl('service-worker.js'));
    const look = (worker: ServiceWorker | null): void => {
      // Without a controller, the worker is the first version and not an update.
      if (worker?.state === 'installed' && navigator.serviceWorker.controller !== null)
        newVersion.value = worker;
    };
    look(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => look(installing));
    });
    const update = (): void => void registration.update().catch(() => {});
    setInterval(update, LOOK_EVERY_MS);
    addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') update();
    });
    const { active } = await navigator.serviceWorker.ready;
    if (isolatesItself && reloadToIsolate()) return;
    navigator.serviceWorker.addEventListener('message', ({ data }) => {
      if (data === 'kept') document.documentElement.dataset.offline = 'ready';
    });
    // For visitors who save data, the files are stored only after a model was opened.
    await (savesData(navigator) ? firstUse : pause(KEEP_AFTER_MS));
    active?.postMessage('keep');
  }

  return {
    newVersion,
    markFirstUse: () => markFirstUse(),
    useNewVersion() {
      const worker = newVersion.value;
      // Another tab may have started the new version already.
      if (worker?.state === 'installed') {
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        worker.postMessage('activate');
      } else location.reload();
    },
    registerServiceWorker() {
      // The development server has no service worker.
      if (import.meta.env.MODE !== 'production' || !('serviceWorker' in navigator)) return;
      addEventListener('load', () => {
        start().catch((reason: unknown) => console.info('The page does not work offline:', reason));
      });
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Reloads the page once, so that the service worker can isolate it. `?isolation=off` in the address prevents it.
 *
 * @returns whether the page is reloaded
 */
function reloadToIsolate(): boolean {
  if (crossOriginIsolated || new URLSearchParams(location.search).get('isolation') === 'off') return false;
  try {
    if (sessionStorage.getItem(RELOADED) !== null) return false;
    sessionStorage.setItem(RELOADED, '');
  } catch {
    // Without storage, the page might reload forever.
    return false;
  }
  location.reload();
  return true;
}
