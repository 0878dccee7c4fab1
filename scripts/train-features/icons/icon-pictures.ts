import path from 'node:path';
import { drawIcons, ICON_PACKAGES, type IconRow, loadIconSet } from '@isonoise/data/node';
import { permutation } from '@isonoise/random';
import sharp from 'sharp';

/** Side in pixels of the drawings from which training pictures are made. */
export const SOURCE_SIDE = 64;

/** Icons with their classes. Letters: N icons, S side. */
export interface IconPictures {
  /** Number of icons, N. */
  readonly count: number;
  /** `[N, S, S, 4]`: red, green, blue and alpha, not premultiplied. */
  readonly rgba: Uint8Array;
  /** `[N]`: index of the thing that the icon depicts. Icons of the same thing in different sets have the same index. */
  readonly things: Int32Array;
  /** `[N]`: index of the set that contains the icon. */
  readonly sets: Int32Array;
  readonly thingNames: readonly string[];
  /** Group of each thing, as an index into `groupNames`. */
  readonly groupOfThing: Int32Array;
  readonly groupNames: readonly string[];
}

/** Draws the icons of `pnpm data icons` on a transparent background. */
export async function loadIconPictures(): Promise<IconPictures> {
  const sets = [];
  for (const name of Object.keys(ICON_PACKAGES))
    sets.push(await loadIconSet(name, { directory: path.join('data', 'icon-packages') }));
  const { icons } = await drawIcons(sets, { size: SOURCE_SIDE, background: 'transparent', skinTones: false });
  const size = SOURCE_SIDE * SOURCE_SIDE * 4;
  const rgba = new Uint8Array(icons.length * size);
  for (const [i, { png }] of icons.entries()) rgba.set(await sharp(png).raw().toBuffer(), i * size);
  const names = icons.map(({ row }) => thingOf(row));
  const thingNames = [...new Set(names)].sort();
  const groupNames = [...new Set(icons.map(({ row }) => row.label ?? ''))].sort();
  const groupOfThing = new Int32Array(thingNames.length);
  const things = Int32Array.from(names, (name, i) => {
    const thing = thingNames.indexOf(name);
    groupOfThing[thing] = groupNames.indexOf(icons[i]?.row.label ?? '');
    return thing;
  });
  const setNames = Object.keys(ICON_PACKAGES);
  const setOf = Int32Array.from(icons, ({ row }) => setNames.indexOf(row.set));
  return { count: icons.length, rgba, things, sets: setOf, thingNames, groupOfThing, groupNames };
}

const [WOMAN, MAN, PERSON] = ['1f469', '1f468', '1f9d1'] as const;
/** Code points of the female and the male sign, and of the selector of emoji presentation. */
const VARIANTS: ReadonlySet<string> = new Set(['2640', '2642', 'fe0f']);

/**
 * Returns a name for the thing that an icon depicts: its first emoji, without the sign for the sex of people. Icons of
 * the same thing in different sets thus have the same name.
 */
function thingOf({ characters: [first], set, name }: IconRow): string {
  if (first === undefined) return `${set} ${name}`;
  const points = first.split('-').filter((point) => !VARIANTS.has(point) && point !== '200d');
  const isPerson = points.length > 1 && (points[0] === WOMAN || points[0] === MAN);
  return [...(isPerson ? [PERSON] : points.slice(0, 1)), ...points.slice(1)].join('-');
}

/** Splits the icons. A tenth is held out, and is not used in training. */
export function splitIcons(count: number, seed: number): { training: Uint32Array; heldOut: Uint32Array } {
  const order = permutation(count, { seed, image: 1, step: 0, purpose: 'dataOrder' });
  const held = Math.floor(count / 10);
  return { training: order.slice(held), heldOut: order.slice(0, held) };
}
