import { open, readFile } from 'node:fs/promises';
import { isIsonoiseError } from '@isonoise/error';
import { readPngText } from '@isonoise/picture';
import { IMAGE_RECORD } from '@isonoise/runtime';

/** Name of the program in atlases, and in the text `Software` of animations. */
export const SOFTWARE = 'isonoise';

/** Descriptions of earlier outputs in each format, for errors. */
export const OWN_OUTPUTS = {
  PNG: 'a PNG with a request of isonoise',
  'GIF or APNG': 'an animation of isonoise',
  NPY: 'a .npy file of float32 images',
  JSON: 'a saved state of isonoise',
  'atlas JSON': 'an atlas of isonoise',
} as const;

/** Number of bytes that are enough to recognize a `.npy` file and a saved state. */
const HEAD_BYTES = 512;

/**
 * Whether a file is an output of isonoise. @param head the first bytes of the file @param read reads the
 * whole file
 */
type Recognize = (head: Buffer, read: () => Promise<Buffer>) => Promise<boolean>;

const text = `Software: ${SOFTWARE}`;
/** The comment that encodeGif writes into a GIF: the length of the text, and then the text. */
const comment = String.fromCharCode(text.length) + text;

const RECOGNIZED: { readonly [F in keyof typeof OWN_OUTPUTS]: Recognize } = {
  PNG: async (head, read) => isPng(head) && isOwnPng(await read()),
  'GIF or APNG': async (head, read) =>
    isPng(head)
      ? isOwnPng(await read())
      : isGif(head) && (await read()).includes(`!\xfe${comment}`, 0, 'latin1'),
  NPY: async (head) =>
    /^\x93NUMPY.{4}\{'descr': '<f4', 'fortran_order': False, 'shape': \(\d+, \d+, \d+, \d+\), \}/s.test(
      head.toString('latin1'),
    ),
  JSON: async (head) => /^\s*\{\s*"format":\s*"isonoise-(sampling|inversion)"/.test(head.toString()),
  'atlas JSON': async (_, read) => isOwnAtlas((await read()).toString()),
};

/** Maximum size of a file that is read to recognize it, in bytes. Larger files do not count as earlier outputs. */
const MOST_BYTES = 2 ** 28;

/**
 * Whether a file is an earlier output of isonoise, which a new output may replace. Also true for an empty
 * file; false for a file that cannot be read.
 *
 * @param path regular file
 */
export async function isOwnOutput(path: string, format: keyof typeof OWN_OUTPUTS): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (file === null) return false;
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    if (bytesRead === 0) return true;
    const read = (): Promise<Buffer> => (size > MOST_BYTES ? Promise.resolve(NOTHING) : readFile(path));
    return await RECOGNIZED[format](buffer.subarray(0, bytesRead), read);
  } finally {
    await file.close();
  }
}

const NOTHING = Buffer.alloc(0);

const isPng = (head: Buffer): boolean => head.toString('latin1').startsWith('\x89PNG');
const isGif = (head: Buffer): boolean => head.toString('latin1').startsWith('GIF8');

/** Whether a text is JSON that describes an atlas of isonoise. */
function isOwnAtlas(text: string): boolean {
  try {
    return JSON.parse(text).meta.app === SOFTWARE;
  } catch {
    // Text that is not JSON, or JSON without `meta`, does not describe an atlas.
    return false;
  }
}

/** Whether a PNG contains the request of its images, or is an animation of isonoise. */
function isOwnPng(bytes: Buffer): boolean {
  try {
    return (
      readPngText(bytes, IMAGE_RECORD.keyword, IMAGE_RECORD.most) !== undefined ||
      readPngText(bytes, 'Software', SOFTWARE.length) === SOFTWARE
    );
  } catch (error) {
    // A PNG that is damaged or has a longer text is not an earlier output.
    if (isIsonoiseError(error)) return false;
    throw error;
  }
}
