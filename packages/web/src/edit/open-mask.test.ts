import { beforeEach, expect, it, vi } from 'vitest';
import { openMask } from './open-mask.ts';

const decoded = vi.hoisted(() => ({ width: 2, height: 2, levels: [] as number[] }));
vi.mock('../files/decode-image.ts', () => ({
  decodeImage: async () => ({ width: decoded.width, height: decoded.height, close: () => {} }),
}));

/** A canvas that returns the straight colours of the decoded file, as browsers do. */
class Canvas {
  constructor(
    readonly width: number,
    readonly height: number,
  ) {}
  getContext(): object {
    return {
      canvas: this,
      clearRect() {},
      fillRect() {},
      drawImage() {},
      getImageData: () => ({ ...decoded, data: Uint8ClampedArray.from(decoded.levels) }),
    };
  }
}
beforeEach(() => void vi.stubGlobal('OffscreenCanvas', Canvas));

const file = new File([], 'hole.png');
const open = () => openMask(file, { width: 2, height: 2 });
const pixels = (...colours: readonly (readonly number[])[]): void => {
  Object.assign(decoded, { width: 2, height: 2, levels: colours.flat() });
};

it('openMask marks opaque, light pixels, as pnpm sample does', async () => {
  pixels([255, 255, 255, 255], [127, 127, 127, 255], [255, 255, 255, 0], [128, 128, 128, 255]);
  expect([...(await open())]).toEqual([1, 0, 0, 1]);
});

it('openMask refuses a mask without light pixels', async () => {
  pixels([0, 0, 0, 255], [0, 0, 0, 255], [0, 0, 0, 255], [255, 255, 255, 0]);
  await expect(open()).rejects.toMatchObject({
    code: 'DATA_FORMAT',
    message: 'hole.png: is dark everywhere; expected light pixels where the picture is drawn again.',
  });
});

it('openMask refuses a mask of a different size', async () => {
  Object.assign(decoded, { width: 3, height: 2 });
  await expect(open()).rejects.toThrow(
    'hole.png: has 3 × 2 pixels; expected a mask of 2 × 2 pixels, the size of the canvas. Scale it first.',
  );
});
