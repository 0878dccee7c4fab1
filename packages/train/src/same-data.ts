import { type IsonoiseError, plural, printable } from '@isonoise/error';
import { type DataRecord, DIGEST_LENGTH } from './data-record.ts';
import { trainError } from './errors.ts';

/** Maximum number of listed differences of one kind. */
const NAMED = 5;

/**
 * Compares the images at the start of a run with its images now. The location of the images does not matter.
 *
 * @returns a line for each kind of difference, with names of classes and images; empty for the same data
 */
export function dataDifferences(before: DataRecord, now: DataRecord): readonly string[] {
  if (before.sha256 === now.sha256) return [];
  const differences = [
    ...shapeDifference(before, now),
    ...classDifferences(before.classNames, now.classNames),
    ...tagDifference(before, now),
    ...imageDifferences(before, now),
  ];
  return differences.length > 0 ? differences : ['the images and classes have a different SHA-256'];
}

/**
 * Creates the error for images that differ.
 *
 * @param differences lines of {@link dataDifferences}
 * @returns an error with the code `RUN_DATA_DIFFERS`
 */
export function dataDiffers(differences: readonly string[]): IsonoiseError {
  return trainError(
    'RUN_DATA_DIFFERS',
    `resume: the images differ from those at the start of the run:\n${differences.map((line) => `  ${line}`).join('\n')}\n` +
      'Restore the images and classes, pass their new path with --dataset, or begin a run with a different name.',
  );
}

/** Compares the names of classes. @returns one line per difference */
export function classDifferences(
  before: readonly string[] | null,
  now: readonly string[] | null,
): readonly string[] {
  if (before === null && now === null) return [];
  if (before === null) return [`classes: none before, now ${now?.length}`];
  if (now === null) return [`classes: ${before.length} before, now none`];
  const lost = before.filter((name) => !now.includes(name));
  const added = now.filter((name) => !before.includes(name));
  if (before.length === now.length) {
    const changed = before.flatMap((name, i) =>
      name === now[i] ? [] : [`class ${i} was ${quoted(name)} and is ${quoted(now[i] ?? '')}`],
    );
    return changed.length > NAMED
      ? [...changed.slice(0, NAMED), `and ${plural(changed.length - NAMED, 'more class', 'more classes')}`]
      : changed;
  }
  return [
    `classes: ${before.length} before, now ${now.length}` +
      (lost.length > 0 ? `, without ${some(lost.map(quoted))}` : '') +
      (added.length > 0 ? `, with ${some(added.map(quoted))}` : ''),
  ];
}

function tagDifference({ tags: before }: DataRecord, { tags: now }: DataRecord): readonly string[] {
  if (before?.sha256 === now?.sha256 && before?.names.join() === now?.names.join()) return [];
  const [were, are] = [before?.names.length ?? 0, now?.names.length ?? 0];
  if (were !== are) return [`tags: ${were} before, now ${are}`];
  const lost = before?.names.filter((name) => now?.names.includes(name) !== true) ?? [];
  return [lost.length > 0 ? `tags are missing: ${some(lost.map(quoted))}` : 'the tags of some images differ'];
}

function shapeDifference(before: DataRecord, now: DataRecord): readonly string[] {
  const text = ({ shape: { channels, height, width } }: DataRecord): string =>
    `${width}x${height} with ${plural(channels, 'channel')}`;
  return text(before) === text(now) ? [] : [`images were ${text(before)} and are ${text(now)}`];
}

/** Compares images by their digests. Finds changed, missing, new, relabelled and moved images. */
function imageDifferences(before: DataRecord, now: DataRecord): readonly string[] {
  const lines = before.count === now.count ? [] : [`images: ${before.count} before, now ${now.count}`];
  if (before.imagesPerDigest !== 1 || now.imagesPerDigest !== 1)
    return [...lines, ...groupDifferences(before, now)];
  const report = (what: string, images: readonly string[]): void => {
    if (images.length > 0) lines.push(`${images.length} ${what}: ${some(images)}`);
  };
  const [old, fresh] = [digestsOf(before), digestsOf(now)];

  // 1. Find images at their old position, and then at other positions. The loop runs from the last image to the
  //    first, so that `pop` returns the first equal image in constant time. Thousands of images may be equal.
  const places = new Map<string, number[]>();
  for (let i = fresh.length - 1; i >= 0; i--) {
    const digest = fresh[i] as string;
    if (old[i] === digest) continue;
    const alike = places.get(digest);
    if (alike === undefined) places.set(digest, [i]);
    else alike.push(i);
  }
  const namesBefore = new Set(before.classNames);
  const isRelabelled = (from: number, to: number): boolean => {
    if (before.classNames === null || now.classNames === null) return false;
    const [was, is] = [before.labels?.[from] ?? -1, now.labels?.[to] ?? -1];
    const name = now.classNames[is] ?? '';
    // Compare names, because an added class shifts the numbers, and also numbers, because a class may have been
    // renamed.
    return before.classNames[was] !== name && (was !== is || namesBefore.has(name));
  };
  const [gone, moved, otherClass]: [number[], number[], number[]] = [[], [], []];
  for (const [i, digest] of old.entries()) {
    const at = fresh[i] === digest ? i : places.get(digest)?.pop();
    if (at === undefined) gone.push(i);
    else if (isRelabelled(i, at)) otherClass.push(at);
    else if (at !== i) moved.push(at);
  }

  // 2. A lost image counts as changed if a new image has the same file name. In a set without files, the number of the
  //    image is compared instead.
  const identity = ({ files }: DataRecord, i: number): string => files?.[i] ?? String(i);
  const added = new Map([...places.values()].flat().map((i) => [identity(now, i), i]));
  const changed = new Set(gone.filter((i) => added.delete(identity(before, i))));
  report(
    'with other pixels',
    [...changed].map((i) => imageName(before, i)),
  );
  report(
    'missing',
    gone.filter((i) => !changed.has(i)).map((i) => imageName(before, i)),
  );
  report(
    'new',
    [...added.values()].toSorted((a, b) => a - b).map((i) => imageName(now, i)),
  );
  report(
    'in a different class',
    otherClass.map((i) => imageName(now, i)),
  );
  // An added or missing image moves all later images, so report moves only if no image is added or missing.
  if (before.count === now.count && gone.length === 0)
    report(
      'in a different position',
      moved.map((i) => imageName(now, i)),
    );
  return lines;
}

/** Compares digests of groups of images. A difference is reported as a range of images. */
function groupDifferences(before: DataRecord, now: DataRecord): readonly string[] {
  if (before.imagesPerDigest !== now.imagesPerDigest) return [];
  const [old, fresh] = [digestsOf(before), digestsOf(now)];
  const size = now.imagesPerDigest;
  const ranges = old.flatMap((digest, i) =>
    digest === fresh[i] ? [] : [`${i * size} to ${Math.min((i + 1) * size, before.count) - 1}`],
  );
  return ranges.length === 0
    ? ['the classes of some images differ']
    : [`some images with these numbers differ: ${some(ranges)}`];
}

function digestsOf({ digests }: DataRecord): readonly string[] {
  return Array.from({ length: digests.length / DIGEST_LENGTH }, (_, i) =>
    digests.slice(i * DIGEST_LENGTH, (i + 1) * DIGEST_LENGTH),
  );
}

function imageName({ files }: DataRecord, image: number): string {
  return files?.[image] ?? `image ${image}`;
}

function quoted(name: string): string {
  return JSON.stringify(name);
}

/** Lists some items, as in `a, b and 4 more`. Escapes control characters, which names of files may contain. */
function some(items: readonly string[]): string {
  const more = items.length - NAMED;
  const shown = items.slice(0, NAMED).map((item) => printable(item));
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
