import { expect, it } from 'vitest';
import { withHead } from '../files/bytes-with-head.ts';
import { DEFAULT_FORM } from '../request/request-form.ts';
import { DEFAULT_EDIT } from './edit-fields.ts';
import { decodeCanvas, encodeCanvas, type KeptCanvas } from './kept-canvas.ts';
import { blankLayers } from './layers.ts';
import { changeMask } from './paint.ts';

const size = { width: 3, height: 2 };
const layers = changeMask(blankLayers(size, 4), 'all');
const canvas: KeptCanvas = {
  shown: '5-7',
  source: {
    layers: { ...layers, pixels: layers.pixels.map((_, i) => i) },
    fields: { ...DEFAULT_EDIT, strength: 0.4 },
    form: { ...DEFAULT_FORM, model: 'icons', class: 'cat' },
    between: { layers: blankLayers(size, 4), settings: { count: '5', steps: '20' } },
  },
};

it('decodeCanvas restores what encodeCanvas stores', () => {
  expect(decodeCanvas(encodeCanvas(canvas))).toEqual(canvas);
  const { between: _, ...single } = canvas.source;
  expect(decodeCanvas(encodeCanvas({ shown: null, source: single }))).toEqual({
    shown: null,
    source: single,
  });
});

/** Returns the stored bytes with another head. */
function withOther(change: (head: Record<string, unknown>) => Record<string, unknown>): Uint8Array {
  const bytes = encodeCanvas(canvas);
  const end = bytes.indexOf('\n'.charCodeAt(0));
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Record<string, unknown>;
  return withHead(change(head), [bytes.subarray(end + 1)]);
}
/** Replaces fields of the stored source. */
const withSource = (fields: Record<string, unknown>): Uint8Array =>
  withOther(({ edit, ...head }) => ({ ...head, edit: { ...(edit as object), ...fields } }));

it.each([
  ['of another kind', 'a text'],
  ['without a head', Uint8Array.of(1, 2, 3)],
  ['that is cut', encodeCanvas(canvas).slice(0, -1)],
  ['that is too long', Uint8Array.of(...encodeCanvas(canvas), 0)],
  ['with a damaged mask', Uint8Array.of(...encodeCanvas(canvas).slice(0, -1), 2)],
  ['of a later version', withOther((head) => ({ ...head, version: 2 }))],
  ['without content', withOther(() => ({}))],
  ['whose head is null', withHead(null, [])],
  ['of another size', withSource({ layers: { width: 1e9, height: 1e9, channels: 4 } })],
  ['with a negative size', withSource({ layers: { width: -3, height: -2, channels: 4 } })],
  ['with two channels', withSource({ layers: { ...size, channels: 2 } })],
  ['with an unknown sampler', withSource({ form: { ...DEFAULT_FORM, sampler: 'magic' } })],
  ['with an unknown field', withSource({ form: { ...DEFAULT_FORM, colour: 'red' } })],
  ['with a number as text', withSource({ form: { ...DEFAULT_FORM, seed: 7 } })],
  ['with a strength of 2', withSource({ fields: { ...DEFAULT_EDIT, strength: 2 } })],
])('decodeCanvas ignores a value %s', (_, value) => {
  expect(decodeCanvas(value)).toBeNull();
});
