import type { ModelSummary } from '@isonoise/api';
import { BUNDLE_PATHS, parseManifest } from '@isonoise/bundle';
import type { CallServer } from '../server/call-server.ts';
import { type FileHashes, hashesIn } from './file-hashes.ts';

/**
 * Fetches the current file hashes of a server model.
 *
 * @throws IsonoiseError as {@link CallServer}, or if the server's file is not a manifest
 */
export async function servedHashes(
  callServer: CallServer,
  { url }: ModelSummary,
  signal: AbortSignal,
): Promise<FileHashes> {
  const manifest = await callServer(`/${url}${BUNDLE_PATHS.manifest}`, { cache: 'no-cache', signal });
  return hashesIn(parseManifest(new Uint8Array(await manifest.arrayBuffer())));
}
