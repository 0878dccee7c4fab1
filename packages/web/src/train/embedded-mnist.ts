import { type Dataset, datasetFromIdx, MNIST_CLASSES } from '@isonoise/data';
import type { IsonoiseError } from '@isonoise/error';
import { webError } from '../errors.ts';

/** URLs of two gzipped IDX files. */
export interface MnistAssets {
  readonly images: string;
  readonly labels: string;
}

/** Fetches the MNIST images that come with the page. */
export async function fetchMnist({ images, labels }: MnistAssets): Promise<Dataset> {
  const [imageBytes, labelBytes] = await Promise.all([fetchBytes(images), fetchBytes(labels)]);
  return datasetFromIdx({
    name: 'mnist',
    images: { fileName: images, bytes: imageBytes },
    labels: { fileName: labels, bytes: labelBytes },
    classNames: MNIST_CLASSES,
  });
}

async function fetchBytes(url: string): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw unfetched(url, String(cause), cause);
  }
  if (!response.ok || response.body === null) throw unfetched(url, `HTTP ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Some servers send .gz files with `Content-Encoding: gzip`; in this case the browser has already
  // decompressed them.
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes) : bytes;
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function unfetched(url: string, reason: string, cause?: unknown): IsonoiseError {
  return webError(
    'TRAIN_IMAGES_FETCH',
    `images: got ${reason} for ${url}; expected the digits that come with the page. Check that the server runs.`,
    { cause },
  );
}
