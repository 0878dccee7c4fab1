import { type Bundle, bundleError } from '@isonoise/bundle';
import type { LoadContext } from '../download/context.ts';
import { type OpenedModel, openedBundle, openedOnnx } from './opened-model.ts';
import { openPickedFiles } from './picked-files.ts';
import { loadRemoteBundle } from './remote-bundle.ts';

/** Source of a model: an address, files from a picker or a drop, or a bundle. */
export type ModelSource = string | URL | readonly File[] | Bundle;

/**
 * Opens a model.
 *
 * @param base base URL of relative addresses
 * @throws `BUNDLE_…` if the bundle is missing, incomplete or damaged, or the file was not exported by isonoise
 */
export async function openSource(
  source: ModelSource,
  base: string,
  context: LoadContext,
): Promise<OpenedModel> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    return 'onnx' in source ? openedBundle(source) : openPickedFiles(source);
  }
  const url = new URL(source, base);
  if (url.pathname.endsWith('.onnx')) return openedOnnx(await fetchOnnx(url.href, context), url.href);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return openedBundle(await loadRemoteBundle(url, context));
}

/** Fetches a single ONNX file. The file is not stored, because a stored copy cannot be verified without a manifest. */
async function fetchOnnx(url: string, { fetch, signal }: LoadContext): Promise<Uint8Array<ArrayBuffer>> {
  const missing = (got: string, cause?: unknown): never => {
    throw bundleError(
      'BUNDLE_FILE_MISSING',
      `${url}: ${got}; expected an .onnx file. Check the address and the network.`,
      { cause },
    );
  };
  let status: number;
  try {
    const response = await fetch(url, signal === undefined ? {} : { signal });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    status = response.status;
  } catch (cause) {
    signal?.throwIfAborted();
    return missing(`no response (${String(cause)})`, cause);
  }
  return missing(`got HTTP ${status}`);
}
