/**
 * Service worker of the page. It stores the page's files for offline use, and adds the isolation headers if the server
 * does not send them. `vite-service-worker.ts` puts the constants before this code.
 *
 * | request                       | response                                                            |
 * | ----------------------------- | ------------------------------------------------------------------- |
 * | the page                      | from the network; offline, the copy                                 |
 * | files with a hash in the name | the copy; these files never change                                  |
 * | lists and facts of models     | from the network; offline, the copy                                 |
 * | all others                    | left to the browser; `isonoise` stores networks, checked by SHA-256 |
 */

/** The files that the page needs to draw, relative to the page. */
declare const FILES: readonly string[];
/** Hash of the page's files. */
declare const VERSION: string;
/** Whether to add the headers that isolate the page. */
declare const ISOLATES: boolean;

interface LifetimeEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface RequestEvent extends LifetimeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface MessageFromPage extends LifetimeEvent {
  readonly data: unknown;
  readonly source: { postMessage(message: unknown): void } | null;
}
interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
}

const scope = self as typeof self & WorkerScope;
const PREFIX = 'isonoise-';
const OWN = `${PREFIX}${VERSION}`;
/** Cache of lists and facts of models, which have no version. */
const FACTS = `${PREFIX}facts`;

const ISOLATION: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Matches `/v1/models` and the small files of bundles. */
const IS_FACT = /^(v1\/models|models\/(.*\/)?[^/]+\.(json|png))$/;

addEventListener('activate', (event) => {
  (event as LifetimeEvent).waitUntil(scope.clients.claim());
});

addEventListener('message', (event) => {
  const { data, source, waitUntil } = event as Event as MessageFromPage;
  if (data === 'activate') void scope.skipWaiting();
  if (data === 'keep')
    waitUntil.call(
      event,
      keepFiles().then(() => source?.postMessage('kept')),
    );
});

addEventListener('fetch', (event) => {
  const { request } = event as RequestEvent;
  const { href } = new URL(request.url);
  if (request.method !== 'GET' || !href.startsWith(scope.registration.scope)) return;
  const path = href.slice(scope.registration.scope.length).replace(/[?#].*$/, '');
  const answer = answerOf(request, path);
  if (answer !== null) (event as RequestEvent).respondWith(answer);
});

function answerOf(request: Request, path: string): Promise<Response> | null {
  if (request.mode === 'navigate') return pageOf(request);
  if (path.startsWith('assets/')) return fileOf(request).then(isolated);
  return IS_FACT.test(path) ? factOf(request) : null;
}

/** Answers with the page from the network, so that a reload starts a new version. Offline, answers with the copy. */
async function pageOf(request: Request): Promise<Response> {
  const isPlain = new URL(request.url).searchParams.get('isolation') === 'off';
  try {
    const response = await fetch(request);
    return isPlain ? response : isolated(response);
  } catch (offline) {
    const copy = await copyOf(new URL('index.html', scope.registration.scope));
    if (copy === undefined) throw offline;
    return isPlain ? copy : isolated(copy);
  }
}

async function fileOf(request: Request): Promise<Response> {
  const copy = await copyOf(request, { ignoreSearch: true });
  if (copy !== undefined) return copy;
  const response = await fetch(request);
  if (response.status === 200) await keep(OWN, request, response.clone());
  return response;
}

async function factOf(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (offline) {
    const copy = await copyOf(request);
    if (copy === undefined) throw offline;
    return copy;
  }
  if (response.status === 200) await keep(FACTS, request, response.clone());
  return response;
}

/** Returns a stored response. A storage that fails must not stop the page, so it counts as empty. */
async function copyOf(
  request: RequestInfo | URL,
  options?: CacheQueryOptions,
): Promise<Response | undefined> {
  try {
    return await caches.match(request, options);
  } catch {
    return undefined;
  }
}

/** Stores a response. Ignores failures, because a full disk must not stop the page. */
async function keep(name: string, request: Request, response: Response): Promise<void> {
  try {
    await (await caches.open(name)).put(request, response);
  } catch {
    // The file is fetched again next time.
  }
}

/** Stores all files of this version, then removes those of other versions. */
async function keepFiles(): Promise<void> {
  const own = await caches.open(OWN);
  for (const file of FILES) {
    const url = new URL(file, scope.registration.scope);
    if ((await own.match(url)) === undefined) await own.add(url);
  }
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && name !== OWN && name !== FACTS) await caches.delete(name);
}

/** Adds the headers that isolate a page and its workers, unless the server sent them. */
function isolated(response: Response): Response {
  if (!ISOLATES || response.status === 0 || response.headers.has('Cross-Origin-Embedder-Policy'))
    return response;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status, statusText, headers });
}
