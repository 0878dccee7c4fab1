import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { DataError } from '../../errors.ts';
import type { Icon, IconSet } from '../../icons/icon-set.ts';
import { iconSvg, isSelfContained, tagsOf } from '../../icons/icon-svg.ts';
import { DATA_LIMITS } from '../../limits.ts';
import type { IconBackground } from './published-icons.ts';

export interface DrawIconsOptions {
  /** Width and height of the images in pixels. */
  readonly size: number;
  readonly background: IconBackground;
  /** Whether the skin tone variants of emoji are also drawn. */
  readonly skinTones: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, count: number) => void) | undefined;
}

/** A drawn icon, ready for writing. */
export interface DrawnIcon {
  /** Path of the image, such as `noto/cat.png`. */
  readonly file: string;
  /** The PNG file. */
  readonly png: Uint8Array;
  /** Row of `metadata.jsonl`. */
  readonly row: IconRow;
}

/** A row of `metadata.jsonl`. */
export interface IconRow {
  readonly file_name: string;
  /** Group of the icon; absent if no set has groups. */
  readonly label?: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly characters: readonly string[];
  readonly set: string;
  readonly licence: string;
  readonly author: string;
}

export interface DrawnIcons {
  readonly icons: readonly DrawnIcon[];
  /** Number of omitted icons for each reason. */
  readonly leftOut: { readonly copies: number; readonly blank: number; readonly notSelfContained: number };
}

/** Label of icons without a group, if some icons have groups. */
const NO_GROUP = 'Other';

/**
 * Draws the icons of sets as square images. Drawing does not use other files, fonts or addresses. Blank icons are
 * omitted, and so are icons with the same pixels as an earlier icon. The result does not depend on the number of
 * cores.
 *
 * @throws DataError `DATA_ARGUMENT`; `DATA_FORMAT` if an icon is not SVG; `DATA_EMPTY`; `DATA_MISMATCH` if two sets
 *   have the same name; the signal's reason if aborted
 */
export async function drawIcons(sets: readonly IconSet[], options: DrawIconsOptions): Promise<DrawnIcons> {
  const { size, background, skinTones, signal, onProgress } = options;
  if (!Number.isInteger(size) || size < 1 || size > DATA_LIMITS.side)
    throw new DataError(
      'DATA_ARGUMENT',
      `drawIcons: size is ${size}; expected an integer from 1 to ${DATA_LIMITS.side}.`,
    );
  const repeated = sets.find(({ prefix }, i) => sets.findIndex((other) => other.prefix === prefix) < i);
  if (repeated !== undefined)
    throw new DataError(
      'DATA_MISMATCH',
      `drawIcons: two sets are named ${repeated.prefix}; expected different names. Omit one of the sets.`,
    );
  const all = sets.flatMap((set) => set.icons.map((icon) => ({ set, icon })));
  const chosen = all.filter(({ icon }) => skinTones || !icon.hasSkinTone);
  const drawable = chosen.filter(({ icon }) => isSelfContained(icon));
  const hasGroups = drawable.some(({ icon }) => icon.group !== null);
  const seen = new Set<string>();
  const icons: DrawnIcon[] = [];
  let [copies, blank] = [0, 0];
  const lanes = availableParallelism() + 1;
  for (let at = 0; at < drawable.length; at += lanes) {
    signal?.throwIfAborted();
    const batch = drawable.slice(at, at + lanes);
    const drawn = await Promise.all(batch.map(({ set, icon }) => draw(icon, set, size, background)));
    for (const [i, { png, pixelHash, isBlank }] of drawn.entries()) {
      const { set, icon } = batch[i] as (typeof batch)[number];
      if (isBlank) {
        blank += 1;
      } else if (seen.has(pixelHash)) {
        copies += 1;
      } else {
        seen.add(pixelHash);
        const row = rowOf(icon, set, hasGroups);
        icons.push({ file: row.file_name, png, row });
      }
    }
    onProgress?.(Math.min(at + lanes, drawable.length), drawable.length);
  }
  if (icons.length === 0)
    throw new DataError('DATA_EMPTY', 'drawIcons: the sets have no icon to draw; expected at least one.');
  return { icons, leftOut: { copies, blank, notSelfContained: chosen.length - drawable.length } };
}

function rowOf(icon: Icon, set: IconSet, hasGroups: boolean): IconRow {
  return {
    file_name: `${set.prefix}/${icon.name}.png`,
    ...(hasGroups && { label: icon.group ?? NO_GROUP }),
    name: icon.name.replaceAll('-', ' '),
    tags: tagsOf(icon),
    characters: icon.characters,
    set: set.prefix,
    licence: set.licence.spdx || set.licence.title,
    author: set.author.name,
  };
}

interface Drawing {
  readonly png: Uint8Array;
  /** Hash of the pixels. */
  readonly pixelHash: string;
  /** Whether all pixels have the same colour. */
  readonly isBlank: boolean;
}

async function draw(icon: Icon, set: IconSet, size: number, background: IconBackground): Promise<Drawing> {
  const name = `${set.prefix}/${icon.name}`;
  try {
    // A document in memory has no path, so the renderer cannot resolve references to other files.
    const rendered = sharp(Buffer.from(iconSvg(icon, size)), { failOn: 'warning' });
    const shown = background === 'white' ? rendered.flatten({ background: '#ffffff' }) : rendered;
    const { data, info } = await shown.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const png = await sharp(data, { raw: { width, height, channels } })
      .png({ compressionLevel: 9, adaptiveFiltering: false, palette: false })
      .toBuffer();
    return {
      png,
      pixelHash: createHash('sha256').update(data).digest('base64'),
      isBlank: data.every((value, i) => value === data[i % channels]),
    };
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n')[0];
    throw new DataError('DATA_FORMAT', `${name}: cannot be drawn (${reason}); expected SVG.`, {
      file: name,
      cause,
    });
  }
}
