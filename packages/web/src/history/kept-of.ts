import { toBytes } from '@isonoise/picture';
import type { EditSource } from '../edit/edit-source.ts';
import { PIXEL_BYTES } from '../edit/edit-source-bytes.ts';
import type { DoneDrawing } from '../sample/drawing.ts';
import type { Frame } from '../sample/step-recorder.ts';
import { type KeptDrawing, MOST_SOURCE_BYTES } from './kept-drawing.ts';

/** Number of images in a thumbnail. */
const SHOWN = 4;

/** Whether the pictures and the mask of an edit are kept. */
const isSmall = (source: EditSource | undefined): source is EditSource =>
  source !== undefined &&
  PIXEL_BYTES * (source.layers.mask.length + (source.between?.layers.mask.length ?? 0)) <= MOST_SOURCE_BYTES;

/**
 * Returns a finished drawing as the history keeps it.
 *
 * @param time milliseconds since 1970
 * @param number distinguishes drawings of the same time
 */
export function keptOf(now: DoneDrawing, time: number, number: number): KeptDrawing {
  const { form, model, spec, seed, numbers, shape, columns = null } = now;
  const { notes, steps, elapsedMs, provider, record } = now;
  const [count, channels, height, width] = shape;
  const images = Math.min(count, SHOWN);
  return {
    id: `${time}-${number}`,
    time,
    ...{ form, model, spec, seed, numbers, shape, columns, notes, steps, elapsedMs, provider, record },
    ...(now.kind === 'edit' && { kind: now.kind }),
    ...(now.isResumed === true && { isResumed: true }),
    ...(isSmall(now.source) && { source: now.source }),
    thumbnail: {
      bytes: now.latest.noisy.slice(0, images * channels * height * width),
      shape: [images, channels, height, width],
    },
  };
}

/** Returns the state of a finished drawing, without its steps. */
export function stateOf(
  { id: _, time: __, thumbnail: ___, favourites: ____, columns, record = null, ...facts }: KeptDrawing,
  result: Float32Array,
): DoneDrawing {
  const bytes = toBytes(result);
  const frame: Frame = { step: facts.steps, t: null, noisy: bytes, estimate: bytes };
  return {
    ...facts,
    status: 'done',
    columns: columns ?? undefined,
    record,
    isLead: false,
    frames: [frame],
    latest: frame,
    result,
  };
}
