import { BUNDLE_PATHS, bundleError } from '@isonoise/bundle';
import type { LoadContext } from '../download/context.ts';
import { isTemporary } from '../download/is-temporary.ts';

export interface FetchedManifest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where it is stored. */
  readonly key: string;
  /** What is stored there now. */
  readonly before: Uint8Array | undefined;
  /** Whether that differs. */
  readonly isNew: boolean;
}

/**
 * The manifest of the bundle in `folder`: from the network, and where that fails as it was last seen, with a note.
 * A server that says there is none is believed.
 *
 * @throws `BUNDLE_FILE_MISSING`
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
    note(`${url}: ${answer.problem}. The model is the one that was loaded here before.`);
    return { bytes: new Uint8Array(before), key, before, isNew: false };
  }
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    `${url}: ${answer.problem}; wanted the manifest of a bundle. Check the address and the network.`,
    { cause: answer.cause },
  );
}

interface Failure {
  readonly problem: string;
  /** Whether it may be there all the same. */
  readonly isTemporary: boolean;
  readonly cause?: unknown;
}

async function request(
  url: string,
  { fetch, signal }: LoadContext,
): Promise<Uint8Array<ArrayBuffer> | Failure> {
  try {
    // Asked for anew each time, but not sent again where it is unchanged.
    const response = await fetch(url, { cache: 'no-cache', signal: signal ?? null });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    return { problem: `got HTTP ${response.status}`, isTemporary: isTemporary(response.status) };
  } catch (cause) {
    return { problem: `no answer (${String(cause)})`, isTemporary: true, cause };
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
