import type { Coding } from './accept-encoding.ts';
import { type FileRepresentation, fileRepresentation, type Representation } from './representation.ts';

/** A file in another coding than its own, where there is one. */
export type FindCompressed = (
  file: string,
  plain: FileRepresentation,
  coding: Exclude<Coding, 'identity'>,
) => Promise<Representation | undefined>;

/** What the page's build puts beside a file (packages/web/vite-compress.ts). */
const ENDINGS = { br: '.br', gzip: '.gz' } as const;

/** The copies that lie beside a file: `index.js.br`. One that is older than the file is passed over. */
export const findPrecompressed: FindCompressed = async (file, plain, coding) => {
  const copy = await fileRepresentation(file + ENDINGS[coding], coding).catch(() => undefined);
  if (copy === undefined || copy.mtimeNs >= plain.mtimeNs) return copy;
  await copy.close();
  return undefined;
};
