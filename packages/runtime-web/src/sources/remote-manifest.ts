import { BUNDLE_PATHS, bundleError } from '@isonoise/bundle';
import type { LoadContext } from '../download/context.ts';
import { isTemporary } from '../download/is-temporary.ts';

/** The manifest at an address, and the stored manifest. */
export interface FetchedManifest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Key in the storage. */
  readonly key: string;
  /** The manifest stored under this key. */
  readonly before: Uint8Array | undefined;
  /** Whether `bytes` differ from `before`. */
  readonly isNew: boolean;
}

/**
 * Fetches the manifest of the bundle in `folder`. If the network or the server fails temporarily, returns the
 * stored manifest and adds a note.
 *
 * @throws `BUNDLE_FILE_MISSING` if the server does not have the manifest, or the server fails and no manifest is
 *   stored
 */
export async function fetchManifest(folder: URL, context: LoadContext): Promise<FetchedManifest> {
  const { storage, note, signal } = context;
  const url = new URL(BUNDLE_PATHS.manifest, folder).href;
  const key = `manifest/${folder.href}`;
  const before = await storage.get(key);

  const answer = await request(url, context);
  if (answer instanceof Uint8Array) {
    return { bytes: answer, key, before, isNew: before === undefined || !equal(before, answer) };
  }
  signal?.throwIfAborted();
  if (answer.isTemporary && before !== undefined) {
    note(`${url}: ${answer.problem}. The stored version of the model is used.`);
    return { bytes: new Uint8Array(before), key, before, isNew: false };
  }
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    `${url}: ${answer.problem}; expected the manifest of a bundle. Check the address and the network.`,
    { cause: answer.cause },
  );
}

interface Failure {
  readonly problem: string;
  /** Whether a later attempt may succeed. */
  readonly isTemporary: boolean;
  readonly cause?: unknown;
}

async function request(
  url: string,
  { fetch, signal }: LoadContext,
): Promise<Uint8Array<ArrayBuffer> | Failure> {
  try {
    // With `no-cache`, the browser revalidates its copy, so the server does not send an unchanged manifest again.
    const response = await fetch(url, { cache: 'no-cache', signal: signal ?? null });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    return { problem: `got HTTP ${response.status}`, isTemporary: isTemporary(response.status) };
  } catch (cause) {
    return { problem: `no response (${String(cause)})`, isTemporary: true, cause };
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
