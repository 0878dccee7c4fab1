import { type Colour, type Layers, type PaintChannels, sameColour } from './layers.ts';

const MOST_COLOURS = 16;

const BASIC_COLOURS: readonly Colour[] = [
  [0, 0, 0, 255],
  [255, 255, 255, 255],
  [220, 50, 47, 255],
  [245, 160, 40, 255],
  [70, 160, 70, 255],
  [50, 110, 210, 255],
];

/** Colours that every palette has. */
const BASIC: { readonly [C in PaintChannels]: readonly Colour[] } = {
  1: [0, 64, 128, 192, 255].map((grey) => [grey, grey, grey, 255] as const),
  3: BASIC_COLOURS,
  4: BASIC_COLOURS,
};

/**
 * Returns the colours to paint with: basic colours, then the most frequent colours of the picture. Colours that differ
 * by less than 24 levels in every channel count as one.
 */
export function paletteOf({ pixels, channels }: Layers): readonly Colour[] {
  const counts = new Map<number, number>();
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length / 4);
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const found: Colour[] = [...BASIC[channels]];
  const view = new DataView(new ArrayBuffer(4));
  for (const [word] of [...counts].toSorted(([, a], [, b]) => b - a)) {
    if (found.length === MOST_COLOURS) break;
    // `words` has the byte order of the machine, so the word is written in this order.
    view.setUint32(0, word, LITTLE_ENDIAN);
    const colour: Colour = [view.getUint8(0), view.getUint8(1), view.getUint8(2), view.getUint8(3)];
    if (colour[3] === 0 || found.some((other) => isClose(colour, other))) continue;
    found.push(colour);
  }
  return found;
}

const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

const isClose = (a: Colour, b: Colour): boolean =>
  sameColour(a, b) || a.every((level, c) => Math.abs(level - (b[c] ?? 0)) < 24);
