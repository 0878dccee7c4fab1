import {
  BUNDLE_PATHS,
  type BundleFiles,
  type Manifest,
  type ModelCardOptions,
  type ModelSpec,
  readBundleFile,
  readModelCard,
  type SchedulerMeaning,
  schedulerMeaning,
} from '@isonoise/bundle';
import { BITS_SECTION, EVALUATION_SECTION, RATIO_SECTIONS } from '../evaluating/card-section.ts';

/**
 * Titles of the sections with measures of drawn images. These sections become invalid if the default sampler,
 * the spacing, the precision or the guide changes. Earlier versions wrote "Quality".
 */
const IMAGE_SECTIONS = ['Quality', EVALUATION_SECTION, ...Object.values(RATIO_SECTIONS)];
/**
 * Titles of the sections with measures of the network alone. These sections become invalid if the precision
 * changes.
 */
const NETWORK_SECTIONS = [BITS_SECTION];
/** Titles of the sections that every export writes again if they apply. */
export const REWRITTEN_SECTIONS: readonly string[] = ['Precision'];

/**
 * Returns the titles of the sections that do not apply to a changed model with the same weights.
 *
 * @param sameNetwork whether the values of the network and the schedule are the same
 * @param sameImages whether the drawn images are the same too
 */
export function outdatedSections(sameNetwork: boolean, sameImages: boolean): readonly string[] {
  return [...(sameNetwork && sameImages ? [] : IMAGE_SECTIONS), ...(sameNetwork ? [] : NETWORK_SECTIONS)];
}

/**
 * Returns the sampling settings on which the measures of images in a card depend. The recommended guidance is not one
 * of them, because each of these measures states its guidance.
 */
export function measuredSettings({
  scheduler,
}: Pick<ModelSpec, 'scheduler'>): Omit<SchedulerMeaning, 'guidance'> {
  const { guidance: _, ...settings } = schedulerMeaning(scheduler);
  return settings;
}

/** The content of a card whose outdated sections are dropped. */
export interface CardOfBundle {
  readonly card: Omit<ModelCardOptions, 'samples'>;
  /** Titles of the dropped sections. */
  readonly dropped: readonly string[];
  /** Paths of the files that the dropped sections show. */
  readonly droppedFiles: readonly string[];
}

/**
 * Reads the card of a bundle without some of its sections. {@link REWRITTEN_SECTIONS} are always dropped.
 *
 * @param leave titles of the sections to drop
 */
export async function readCard(
  files: BundleFiles,
  manifest: Manifest,
  leave: readonly string[],
): Promise<CardOfBundle> {
  if (!Object.hasOwn(manifest.files, BUNDLE_PATHS.readme)) return { card: {}, dropped: [], droppedFiles: [] };
  const {
    samples: _,
    sections = {},
    ...card
  } = readModelCard(new TextDecoder().decode(await readBundleFile(files, manifest, BUNDLE_PATHS.readme)));
  const kept = Object.entries(sections).filter(
    ([title]) => ![...leave, ...REWRITTEN_SECTIONS].includes(title),
  );
  const dropped = leave.filter((title) => Object.hasOwn(sections, title));
  return {
    card: kept.length === 0 ? card : { ...card, sections: Object.fromEntries(kept) },
    dropped,
    droppedFiles: dropped.flatMap((title) => shownFiles(sections[title] ?? '')),
  };
}

/** Returns the paths of the pictures that a section shows. */
export const shownFiles = (section: string): readonly string[] =>
  [...section.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)].flatMap(([, path]) => path ?? []);

/** Reads optional files of a bundle. @param chosen returns whether to read the file at a path */
export async function readExtra(
  files: BundleFiles,
  manifest: Manifest,
  chosen: (path: string) => boolean,
): Promise<Readonly<Record<string, Uint8Array>>> {
  const own: readonly string[] = Object.values(BUNDLE_PATHS);
  const extra: [string, Uint8Array][] = [];
  for (const path of Object.keys(manifest.files)) {
    if (!own.includes(path) && chosen(path)) extra.push([path, await readBundleFile(files, manifest, path)]);
  }
  return Object.fromEntries(extra);
}
