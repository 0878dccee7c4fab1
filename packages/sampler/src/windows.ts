// Bar-Tal et al., "MultiDiffusion: Fusing Diffusion Paths for Controlled Image Generation" (2023): pictures larger than
// the network's images are drawn by calling the network on overlapping windows.
import { plural, showValue } from '@isonoise/error';
import type { ImageShape } from '@isonoise/schedule';
import { type Fail, PLAN_LIMITS } from './plan-limits.ts';
import type { PlannedWindows, SamplingPlan } from './sampling-plan.ts';

/** Pictures larger than the network's images. */
export interface Canvas {
  /** Height of the pictures in pixels, at least the height of the network's images. */
  readonly height: number;
  /** Width of the pictures in pixels, at least the width of the network's images. */
  readonly width: number;
  /**
   * Pixels from one window to the next, from 1 to the shorter side of the network's images. Small values overlap more
   * and take more network calls. Default: half of the shorter side.
   */
  readonly stride?: number | undefined;
  /** Whether windows continue at the opposite border, so that copies of the picture fit side by side. Default false. */
  readonly tile?: boolean | undefined;
}

const FIELDS: { readonly [K in keyof Canvas]-?: true } = {
  height: true,
  width: true,
  stride: true,
  tile: true,
};

/** The part of a plan that a canvas determines. */
export interface PlannedCanvas {
  readonly shape: ImageShape;
  /** Undefined if the network draws a picture as a whole. */
  readonly windows: PlannedWindows | undefined;
}

/** Plans the pictures of a request. @param shape channels, height and width of the network's images */
export function planCanvas(canvas: Canvas | undefined, shape: ImageShape, fail: Fail): PlannedCanvas {
  if (canvas === undefined) return { shape, windows: undefined };
  const unknown = Object.keys(canvas).find((name) => !Object.hasOwn(FIELDS, name));
  if (unknown !== undefined)
    return fail(
      `canvas has the field ${showValue(unknown)}; expected only ${Object.keys(FIELDS).join(', ')}. Correct its name.`,
    );
  const { height, width, tile = false } = canvas;
  const { stride = Math.max(1, Math.floor(Math.min(shape.height, shape.width) / 2)) } = canvas;
  // A picture of the network's own size has only one window.
  const isWhole = height === shape.height && width === shape.width && tile === false;
  if (isWhole && canvas.stride === undefined) return { shape, windows: undefined };
  return {
    shape: { ...shape, height, width },
    windows: { height: shape.height, width: shape.width, stride, tile },
  };
}

/** Checks the field `windows` of a plan. @param shape channels, height and width of the pictures */
export function checkWindows(value: unknown, shape: ImageShape, fail: Fail): PlannedWindows | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null)
    return fail(
      `windows is ${showValue(value)}; expected { height, width, stride, tile }. Use an unchanged plan.`,
    );
  const fields: { readonly [K in keyof PlannedWindows]?: unknown } = value;
  const side = (name: 'height' | 'width'): number => {
    const length = fields[name];
    if (typeof length !== 'number' || !(Number.isInteger(length) && length >= 1))
      return fail(`windows.${name} is ${showValue(length)}; expected a whole number, at least 1.`);
    if (length <= shape[name]) return length;
    return fail(
      `the canvas has the ${name} ${shape[name]}; expected at least ${length}, that of the network's images. Enlarge the canvas.`,
    );
  };
  const [height, width] = [side('height'), side('width')];
  const { stride, tile } = fields;
  const most = Math.min(height, width);
  if (typeof stride !== 'number' || !(Number.isInteger(stride) && stride >= 1 && stride <= most))
    return fail(
      `stride is ${showValue(stride)}; expected a whole number from 1 to ${most}, the shorter side of the network's images. Choose such a stride, or omit it.`,
    );
  if (typeof tile !== 'boolean')
    return fail(`tile is ${showValue(tile)}; expected true or false. Choose one, or omit tile.`);
  const windows = Object.freeze({ height, width, stride, tile });
  const count = countWindows({ shape, windows });
  if (count > PLAN_LIMITS.windows) {
    return fail(
      `the canvas of ${shape.width} x ${shape.height} pixels has ${plural(count, 'window')}; expected at most ${PLAN_LIMITS.windows}. ` +
        'Use a smaller canvas or a larger stride.',
    );
  }
  return windows;
}

/** Number of windows of a picture; 1 if the plan has no windows. */
export function countWindows({ shape, windows }: Pick<SamplingPlan, 'shape' | 'windows'>): number {
  if (windows === undefined) return 1;
  return countAlong(shape.height, windows.height, windows) * countAlong(shape.width, windows.width, windows);
}

/** Number of windows along a side. */
const countAlong = (
  length: number,
  window: number,
  { stride, tile }: Pick<PlannedWindows, 'stride' | 'tile'>,
): number => Math.ceil(tile ? length / stride : (length - window) / stride + 1);

/** Positions of the windows along a side. Unless the picture is a tile, the last window ends at the border. */
export function windowBegins(
  length: number,
  window: number,
  windows: Pick<PlannedWindows, 'stride' | 'tile'>,
): readonly number[] {
  const { stride, tile } = windows;
  const last = length - window;
  return Array.from({ length: countAlong(length, window, windows) }, (_, k) =>
    tile ? k * stride : Math.min(k * stride, last),
  );
}
