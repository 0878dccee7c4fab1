import { expect, it } from 'vitest';
import { pointsSpec, twoImages } from '../../testdata/points.ts';
import { DEFAULT_FORM } from '../request/request-form.ts';
import type { Drawing } from '../sample/drawing.ts';
import { isDrawnFrom } from './drawn-from.ts';
import { DEFAULT_EDIT } from './edit-fields.ts';
import type { EditSource } from './edit-source.ts';
import { blankLayers } from './layers.ts';

const frame = { step: 2, t: null, noisy: Uint8Array.of(), estimate: Uint8Array.of() };
const source: EditSource = {
  layers: blankLayers({ width: 1, height: 1 }, 1),
  fields: DEFAULT_EDIT,
  form: { ...DEFAULT_FORM, model: 'points' },
};
const drawn = (kind: 'edit' | 'preview'): Drawing => ({
  ...twoImages(pointsSpec(1, 1), { kind, source }),
  ...{ status: 'done', isLead: false, frames: [frame], latest: frame, steps: 2, elapsedMs: 1, record: null },
  result: Float32Array.of(-1, 1),
  provider: { name: 'wasm', reason: 'a test' },
});

it('isDrawnFrom is true for the edit of the canvas, whether or not live drawing is on', () => {
  const copy = { layers: source.layers, fields: { ...DEFAULT_EDIT, live: true }, form: { ...source.form } };
  expect(isDrawnFrom(drawn('edit'), source)).toBe(true);
  expect(isDrawnFrom(drawn('edit'), copy)).toBe(true);
});

it.each([
  ['a different picture', { ...source, layers: { ...source.layers } }],
  ['a different strength', { ...source, fields: { ...DEFAULT_EDIT, strength: 0.5 } }],
  ['a different seed', { ...source, form: { ...source.form, seed: '8' } }],
])('isDrawnFrom is false for %s', (_, now) => expect(isDrawnFrom(drawn('edit'), now)).toBe(false));

it('isDrawnFrom is false for a preview, and before images are drawn', () => {
  expect(isDrawnFrom(drawn('preview'), source)).toBe(false);
  expect(isDrawnFrom({ status: 'none' }, source)).toBe(false);
});
