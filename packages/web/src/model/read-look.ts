import { BUNDLE_PATHS, parseManifest, readOnnxFile } from '@isonoise/bundle';
import { isLookRecord, type LookRecord } from '@isonoise/data';
import { pickedFiles } from '@isonoise/runtime-web';
import type { CallServer } from '../server/call-server.ts';

/**
 * Reads the colours and the symmetry of a model's training images.
 *
 * @param source path of the bundle on the server, with a trailing slash, or the model's files
 * @returns null if the model does not record them
 * @throws IsonoiseError as {@link CallServer}, `pickedFiles` and `parseManifest`
 */
export async function readLook(
  callServer: CallServer,
  source: string | readonly File[],
): Promise<LookRecord | null> {
  const { look } = await trainingOf(callServer, source);
  return isLookRecord(look) ? look : null;
}

async function trainingOf(
  callServer: CallServer,
  source: string | readonly File[],
): Promise<{ readonly look?: unknown }> {
  if (typeof source === 'string') {
    const manifest = await callServer(`/${source}${BUNDLE_PATHS.manifest}`);
    return parseManifest(new Uint8Array(await manifest.arrayBuffer())).training;
  }
  const [first] = source;
  if (source.length === 1 && first?.name.endsWith('.onnx') === true)
    return (await readOnnxFile(new Uint8Array(await first.arrayBuffer()), undefined, first.name)).training;
  const bundle = await pickedFiles(source);
  return parseManifest(await bundle.read(BUNDLE_PATHS.manifest)).training;
}
