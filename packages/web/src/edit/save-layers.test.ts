import { decodePng, imageOfPng, maskOfPng } from '@isonoise/picture';
import { expect, it } from 'vitest';
import { valuesOf } from './layer-values.ts';
import { blankLayers } from './layers.ts';
import { paint } from './paint.ts';
import { maskFile, pictureFile } from './save-layers.ts';

const size = { width: 4, height: 3 };

it.each([1, 3, 4] as const)(
  'pictureFile and maskFile keep the values and the mask of a picture with %i channels',
  (channels) => {
    const red = { colour: channels === 1 ? ([90, 90, 90, 255] as const) : ([200, 10, 30, 255] as const) };
    const painted = paint(blankLayers(size, channels), [{ x: 1, y: 1 }], 2, red);
    const layers = paint(painted, [{ x: 3, y: 2 }], 1, { mask: 1 });
    expect(imageOfPng(decodePng(pictureFile(layers), size), channels)).toEqual(valuesOf(layers));
    expect(maskOfPng(decodePng(maskFile(layers), size))).toEqual(layers.mask);
  },
);
