import type { Coding } from './accept-encoding.ts';
import { type FileRepresentation, fileRepresentation, type Representation } from './representation.ts';

/** Finds a compressed copy of a file; undefined if there is none. */
export type FindCompressed = (
  file: string,
  plain: FileRepresentation,
  coding: Exclude<Coding, 'identity'>,
) => Promise<Representation | undefined>;

/** Extensions of the copies that the page's build creates (packages/web/vite-compress.ts). */
const ENDINGS = { br: '.br', gzip: '.gz' } as const;

/**
 * Finds the copy beside a file, such as `index.js.br`. If the copy is older than the file, the copy is
 * ignored.
 */
export const findPrecompressed: FindCompressed = async (file, plain, coding) => {
  const copy = await fileRepresentation(file + ENDINGS[coding], coding).catch(() => undefined);
  if (copy === undefined || copy.mtimeNs >= plain.mtimeNs) return copy;
  await copy.close();
  return undefined;
};
