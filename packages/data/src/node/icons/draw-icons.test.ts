import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Icon, IconSet } from '../../icons/icon-set.ts';
import { type DrawIconsOptions, drawIcons } from './draw-icons.ts';

const RED_LEFT = '<path fill="#f00" d="M0 0h2v4H0z"/>';

function icon(name: string, body: string, more: Partial<Icon> = {}): Icon {
  const shape = { left: 0, top: 0, width: 4, height: 4, hFlip: false, vFlip: false, rotate: 0 };
  return { name, group: null, characters: [], hasSkinTone: false, body, ...shape, ...more };
}

function setOf(icons: readonly Icon[], prefix = 'tiny'): IconSet {
  return {
    prefix,
    title: 'Tiny',
    version: '1.0.0',
    author: { name: 'A. Author', url: '' },
    licence: { title: 'MIT License', spdx: 'MIT', url: '' },
    icons,
  };
}

const OPTIONS: DrawIconsOptions = { size: 4, background: 'white', skinTones: false };

/** Returns the colour of a pixel of a PNG. */
async function pixel(png: Uint8Array, x: number, y: number): Promise<readonly number[]> {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + info.channels)];
}

describe('drawIcons', () => {
  it('draws RGB on white, and RGBA on a transparent background', async () => {
    const set = setOf([icon('left', RED_LEFT)]);
    const [white] = (await drawIcons([set], OPTIONS)).icons;
    const [clear] = (await drawIcons([set], { ...OPTIONS, background: 'transparent' })).icons;
    const [onWhite, onClear] = [white?.png ?? new Uint8Array(), clear?.png ?? new Uint8Array()];
    expect([await pixel(onWhite, 1, 1), await pixel(onWhite, 2, 1)]).toEqual([
      [255, 0, 0],
      [255, 255, 255],
    ]);
    expect([await pixel(onClear, 1, 1), await pixel(onClear, 2, 1)]).toEqual([
      [255, 0, 0, 255],
      [0, 0, 0, 0],
    ]);
  });

  it('centres drawings that are not square, and mirrors and rotates aliases', async () => {
    const wide = icon('wide', '<path d="M0 0h4v2H0z"/>', { height: 2 });
    const icons = [
      wide,
      icon('mirrored', RED_LEFT, { hFlip: true }),
      icon('turned', RED_LEFT, { rotate: 1 }),
    ];
    const { icons: drawn } = await drawIcons([setOf(icons)], OPTIONS);
    const at = (i: number, x: number, y: number) => pixel(drawn[i]?.png ?? new Uint8Array(), x, y);
    expect([await at(0, 0, 0), await at(0, 0, 1), await at(0, 3, 2), await at(0, 3, 3)]).toEqual([
      [255, 255, 255],
      [0, 0, 0],
      [0, 0, 0],
      [255, 255, 255],
    ]);
    expect([await at(1, 0, 0), await at(1, 3, 0)]).toEqual([
      [255, 255, 255],
      [255, 0, 0],
    ]);
    // A clockwise quarter turn moves the left side to the top.
    expect([await at(2, 3, 0), await at(2, 0, 3)]).toEqual([
      [255, 0, 0],
      [255, 255, 255],
    ]);
  });

  it('omits identical pictures, blank pictures, skin tones and icons that need other files', async () => {
    const same = '<rect width="2" height="4" fill="red"/>';
    const icons = [
      icon('blank', ''),
      icon('left', RED_LEFT),
      icon('left-again', same),
      icon('text', '<text>A</text>'),
      icon('toned', '<path fill="#00f" d="M0 0h2v4H0z"/>', { hasSkinTone: true }),
    ];
    const { icons: drawn, leftOut } = await drawIcons(
      [setOf(icons), setOf([icon('left', same)], 'other')],
      OPTIONS,
    );
    expect(drawn.map(({ file }) => file)).toEqual(['tiny/left.png']);
    expect(leftOut).toEqual({ copies: 2, blank: 1, notSelfContained: 1 });
    const toned = await drawIcons([setOf(icons)], { ...OPTIONS, skinTones: true });
    expect(toned.icons.map(({ file }) => file)).toEqual(['tiny/left.png', 'tiny/toned.png']);
  });

  it('describes each image, with the group Other for icons without a group if some icons have groups', async () => {
    const icons = [
      icon('red-left', RED_LEFT, { group: 'Shapes', characters: ['25e7'] }),
      icon('dot', '<path d="M0 0h1v1z"/>'),
    ];
    const rows = (await drawIcons([setOf(icons)], OPTIONS)).icons.map(({ row }) => row);
    const shared = { set: 'tiny', licence: 'MIT', author: 'A. Author' };
    expect(rows).toEqual([
      {
        file_name: 'tiny/red-left.png',
        label: 'Shapes',
        name: 'red left',
        tags: ['red', 'left'],
        characters: ['25e7'],
        ...shared,
      },
      { file_name: 'tiny/dot.png', label: 'Other', name: 'dot', tags: ['dot'], characters: [], ...shared },
    ]);
    const [bare] = (await drawIcons([setOf([icon('dot', RED_LEFT)])], OPTIONS)).icons;
    expect(bare?.row).not.toHaveProperty('label');
  });

  it('draws the same bytes each time', async () => {
    const set = setOf([icon('disc', '<circle cx="2" cy="2" r="1.7" fill="#3a7"/>'), icon('left', RED_LEFT)]);
    const [first, second] = [await drawIcons([set], OPTIONS), await drawIcons([set], OPTIONS)];
    expect(first.icons.map(({ png }) => Buffer.from(png).toString('base64'))).toEqual(
      second.icons.map(({ png }) => Buffer.from(png).toString('base64')),
    );
  });

  it('refuses bad sizes, two sets with the same name, malformed SVG and sets without icons, and stops on abort', async () => {
    const set = setOf([icon('left', RED_LEFT)]);
    for (const size of [0, 1.5, 5000])
      await expect(drawIcons([set], { ...OPTIONS, size })).rejects.toMatchObject({ code: 'DATA_ARGUMENT' });
    await expect(drawIcons([set, set], OPTIONS)).rejects.toThrow('two sets are named tiny');
    await expect(drawIcons([setOf([icon('bad', '<path')])], OPTIONS)).rejects.toThrow(
      'tiny/bad: cannot be drawn',
    );
    await expect(drawIcons([setOf([])], OPTIONS)).rejects.toMatchObject({ code: 'DATA_EMPTY' });
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(drawIcons([set], { ...OPTIONS, signal })).rejects.toThrow('stopped');
  });
});
