import { type Bundle, bundleError } from '@isonoise/bundle';
import type { LoadContext } from '../download/context.ts';
import { type OpenedModel, openedBundle, openedOnnx } from './opened-model.ts';
import { openPickedFiles } from './picked-files.ts';
import { loadRemoteBundle } from './remote-bundle.ts';

/** Where a model is: an address, files that were picked or dropped, or a bundle that was read already. */
export type ModelSource = string | URL | readonly File[] | Bundle;

/**
 * @param base what relative addresses are relative to
 * @throws IsonoiseError what is there is not a whole bundle, or not a model of isonoise
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
  if (url.pathname.endsWith('.onnx')) return openedOnnx(await fetchOnnx(url.href, context));
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return openedBundle(await loadRemoteBundle(url, context));
}

/** An ONNX file alone has no manifest, so nothing by which a stored copy could be trusted: it is not kept. */
async function fetchOnnx(url: string, { fetch, signal }: LoadContext): Promise<Uint8Array<ArrayBuffer>> {
  const missing = (got: string, cause?: unknown): never => {
    throw bundleError(
      'BUNDLE_FILE_MISSING',
      `${url}: ${got}; wanted an .onnx file. Is the model still at this address, and the network there?`,
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
    return missing(`no answer (${String(cause)})`, cause);
  }
  return missing(`got HTTP ${status}`);
}
