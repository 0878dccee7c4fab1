import { plural } from '@isonoise/error';
import { DataError } from './errors.ts';
import { byCodePoint } from './folder-listing.ts';
import { DATA_LIMITS } from './limits.ts';

/** The tags of a set. Tags are words that describe images. Each image can have several tags. */
export interface TagTable {
  /** Names of the tags 0, 1, …, with the most common tag first. Equally common tags are in code point order. */
  readonly names: readonly string[];
  /** Positions in `indices`, `[N + 1]`. The tags of image i are at positions `offsets[i]` to `offsets[i + 1] − 1`. */
  readonly offsets: Uint32Array;
  /** Tags of all images, in ascending order for each image. */
  readonly indices: Uint16Array;
}

/** Minimum number of images with a tag, by default. A network learns little about rarer tags. */
export const MIN_TAG_COUNT = 5;

/** Returns the tags of an image in ascending order, as a view of the table. */
export function tagsOfImage({ offsets, indices }: TagTable, image: number): Uint16Array {
  return indices.subarray(offsets[image], offsets[image + 1]);
}

/** Returns the number of images with each tag. */
export function tagCounts({ names, indices }: TagTable): readonly number[] {
  const counts = new Array<number>(names.length).fill(0);
  for (const tag of indices) counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
}

/** Returns the tags of some images. Keeps all names, even of tags that none of these images has. */
export function tagsOfImages(table: TagTable, images: readonly number[]): TagTable {
  return packed(
    table.names,
    images.map((image) => tagsOfImage(table, image)),
  );
}

export interface BuiltTags {
  /** Table of the used tags; absent if no tag is common enough. */
  readonly table?: TagTable;
  /** Notes about omitted tags. */
  readonly notes: readonly string[];
}

/**
 * Builds the table of a set. Omits tags of too few images.
 *
 * @param lists names of the tags of each image, without repetitions
 * @param givenMinCount minimum number of images with a tag. Default {@link MIN_TAG_COUNT}. If it is given, at least
 *   one tag must be common enough
 * @param place prefix of error messages
 * @throws DataError `DATA_LABEL` if no tag is common enough; `DATA_LIMIT` if there are too many tags
 */
export function buildTags(
  lists: readonly (readonly string[])[],
  givenMinCount: number | undefined,
  place: string,
): BuiltTags {
  const minCount = givenMinCount ?? MIN_TAG_COUNT;
  const counts = new Map<string, number>();
  for (const list of lists) for (const name of list) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts]
    .filter(([, count]) => count >= minCount)
    .sort(([a, many], [b, few]) => few - many || byCodePoint(a, b))
    .map(([name]) => name);
  if (names.length === 0) {
    const none = `all tags (${counts.size}) belong to fewer than ${minCount} images each`;
    if (givenMinCount === undefined)
      return { notes: [`tags: ${none}, so the images are used without tags (--min-tag-count)`] };
    throw new DataError(
      'DATA_LABEL',
      `${place}: ${none}; expected at least one common tag. Lower --min-tag-count, or train without tags (--ignore-tags).`,
      { file: place },
    );
  }
  if (names.length > DATA_LIMITS.tags)
    throw new DataError(
      'DATA_LIMIT',
      `${place}: ${names.length} tags belong to at least ${minCount} images; expected at most ${DATA_LIMITS.tags} such tags. ` +
        'Raise --min-tag-count.',
      { file: place },
    );
  const table = knownTags(lists, names);
  const left = counts.size - names.length;
  const without = lists.filter((_, i) => tagsOfImage(table, i).length === 0).length;
  return {
    table,
    notes: [
      ...(left === 0
        ? []
        : [
            `tags: ${names.length} of ${counts.size} are used; the others belong to fewer than ${minCount} images (--min-tag-count)`,
          ]),
      ...(without === 0 ? [] : [`tags: no used tag for ${without} of ${plural(lists.length, 'image')}`]),
    ],
  };
}

/** Builds the table of a set with given tags, such as the tags of a model. Omits other tags. */
export function knownTags(lists: readonly (readonly string[])[], names: readonly string[]): TagTable {
  const numbers = new Map(names.map((name, i) => [name, i]));
  return packed(
    names,
    lists.map((list) => list.flatMap((name) => numbers.get(name) ?? []).sort((a, b) => a - b)),
  );
}

function packed(names: readonly string[], lists: readonly ArrayLike<number>[]): TagTable {
  const offsets = new Uint32Array(lists.length + 1);
  for (const [i, list] of lists.entries()) offsets[i + 1] = (offsets[i] ?? 0) + list.length;
  const indices = new Uint16Array(offsets[lists.length] ?? 0);
  for (const [i, list] of lists.entries()) indices.set(list, offsets[i]);
  return { names, offsets, indices };
}

/** Checks a table against the number of images. @throws DataError `DATA_MISMATCH` */
export function checkTags(name: string, count: number, { names, offsets, indices }: TagTable): void {
  const ordered = offsets.every((at, i) => i === 0 || at >= (offsets[i - 1] ?? 0));
  if (offsets.length !== count + 1 || !ordered || offsets[0] !== 0 || offsets[count] !== indices.length)
    throw new DataError(
      'DATA_MISMATCH',
      `${name}: the tags have ${plural(offsets.length, 'offset')} up to ${offsets.at(-1)} for ${plural(count, 'image')} and ${indices.length} ` +
        'tags; expected one per image and one for the end, in ascending order.',
    );
  const wrong = indices.find((tag) => tag >= names.length);
  if (wrong !== undefined)
    throw new DataError('DATA_MISMATCH', `${name}: found tag ${wrong}; expected 0 to ${names.length - 1}.`);
}
