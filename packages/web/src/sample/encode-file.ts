import type { EncodeTask } from './encode-task.ts';
import type { Encoder, EncodeWorker } from './encoder.ts';
import { saveFile } from './save-file.ts';

/** Media types of encoded files. The kind of a task is the extension of its file. */
const TYPES: { readonly [K in EncodeTask['kind']]: string } = {
  png: 'image/png',
  gif: 'image/gif',
  npy: 'application/octet-stream',
  json: 'application/json',
};

/** Starts the worker of an encoder. */
export const startEncodeWorker = (): EncodeWorker =>
  new Worker(new URL('./encode-worker.ts', import.meta.url), { type: 'module' });

/**
 * Encodes a file and offers it as a download.
 *
 * @param name name of the file without its extension
 * @throws the errors of {@link Encoder.encode}
 */
export async function download(
  { encode }: Pick<Encoder, 'encode'>,
  name: string,
  task: EncodeTask,
): Promise<void> {
  saveFile(`${name}.${task.kind}`, TYPES[task.kind], await encode(task));
}
