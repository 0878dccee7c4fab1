import { plural } from '@isonoise/error';
import { DataError } from './errors.ts';
import { DATA_LIMITS } from './limits.ts';
import type { MetadataRow } from './metadata.ts';
import { cleanTags, wordsOf, wordsOfFile } from './tag-words.ts';

/** The source of the tags of a folder's images. */
export type TagSource = 'tags' | 'text' | 'names';

/**
 * Chooses the source of the tags. It is the words in file names if requested, otherwise the metadata's column `tags`,
 * otherwise its column `text`.
 *
 * @returns null without tags
 */
export function tagSourceOf(
  rows: readonly MetadataRow[] | undefined,
  {
    ignoreTags = false,
    tagsFromNames = false,
  }: { ignoreTags?: boolean | undefined; tagsFromNames?: boolean | undefined },
): TagSource | null {
  if (ignoreTags) return null;
  if (tagsFromNames) return 'names';
  return (['tags', 'text'] as const).find((column) => rows?.some((row) => row[column] != null)) ?? null;
}

/**
 * Returns the tags of each image. The class of an image is one of its tags, unless classes are numbers.
 *
 * @param images paths in the order of the data set
 * @param rowOf row of an image in the metadata
 * @param classOf name of the class of an image
 * @throws DataError `DATA_FORMAT` if a row has tags or text of the wrong type, or a tag that is too long
 */
export function tagImages(
  source: TagSource,
  images: readonly string[],
  rowOf: (image: string) => MetadataRow | undefined,
  classOf: (index: number) => string | undefined,
): readonly (readonly string[])[] {
  return images.map((image, i) => {
    const row = rowOf(image);
    const tags = source === 'names' ? wordsOfFile(image) : row === undefined ? [] : TAGS_OF[source](row);
    const name = classOf(i);
    const all = cleanTags(name === undefined || /^\d+$/.test(name) ? tags : [...tags, name]);
    const long = all.find((tag) => tag.length > DATA_LIMITS.tagLength);
    if (long === undefined) return all;
    throw new DataError(
      'DATA_FORMAT',
      `${row?.where ?? image}: the tag ${JSON.stringify(`${long.slice(0, 30)}…`)} has ${plural(long.length, 'character')}; expected at ` +
        `most ${DATA_LIMITS.tagLength}. Write captions as "text", whose words become tags.`,
      { file: image },
    );
  });
}

const TAGS_OF: { readonly [S in Exclude<TagSource, 'names'>]: (row: MetadataRow) => readonly string[] } = {
  tags({ tags = [], where }) {
    // A CSV cell is text. Commas in it separate tags.
    const list: unknown = typeof tags === 'string' ? [tags] : (tags ?? []);
    if (Array.isArray(list) && list.every((tag) => typeof tag === 'string')) return list;
    throw wrongType(where, 'tags', tags, 'a list of strings');
  },
  text({ text, where }) {
    if (text == null) return [];
    if (typeof text === 'string') return wordsOf(text);
    throw wrongType(where, 'text', text, 'a string');
  },
};

function wrongType(where: string, column: string, found: unknown, expected: string): DataError {
  const shown = JSON.stringify(found)?.slice(0, 60);
  return new DataError(
    'DATA_FORMAT',
    `${where}: ${column} is ${shown}; expected ${expected}. Correct the row, or train without tags (--ignore-tags).`,
  );
}
