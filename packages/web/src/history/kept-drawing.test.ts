import { toSchedulerConfig } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { DEFAULT_EDIT } from '../edit/edit-fields.ts';
import { blankLayers } from '../edit/layers.ts';
import { changeMask } from '../edit/paint.ts';
import { DEFAULT_FORM } from '../request/request-form.ts';
import { decodeKept, encodeKept, type KeptDrawing } from './kept-drawing.ts';

const drawing: KeptDrawing = {
  id: '1-2',
  time: 1,
  form: { ...DEFAULT_FORM, model: 'points' },
  model: 'points',
  spec: {
    name: 'points',
    image: { channels: 1, height: 2, width: 1 },
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig({ kind: 'linear' }),
    classes: null,
  },
  seed: '7',
  numbers: [0],
  shape: [1, 1, 2, 1],
  columns: null,
  notes: [],
  steps: 3,
  elapsedMs: 4,
  provider: { name: 'wasm', reason: 'a test' },
  // The first byte of the thumbnail equals a line feed.
  thumbnail: { bytes: Uint8Array.of(10, 255), shape: [1, 1, 2, 1] },
};

it('decodeKept reads what encodeKept wrote, including the pictures and masks of an edit', () => {
  expect(decodeKept(encodeKept(drawing))).toEqual(drawing);
  const layers = changeMask(blankLayers({ width: 3, height: 2 }, 3), 'all');
  const form = { ...DEFAULT_FORM, model: 'points', seed: '9' };
  const edit: KeptDrawing = {
    ...drawing,
    form: null,
    kind: 'edit',
    source: { layers, fields: { ...DEFAULT_EDIT, strength: 0.3 }, form },
  };
  expect(decodeKept(encodeKept(edit))).toEqual(edit);
  const second = changeMask(blankLayers({ width: 2, height: 4 }, 3), 'all');
  const settings = { count: '5', steps: '20' };
  const source = { layers, fields: DEFAULT_EDIT, form, between: { layers: second, settings } };
  expect(decodeKept(encodeKept({ ...edit, source }))).toEqual({ ...edit, source });
});

it('decodeKept adds the fields that forms of earlier versions lack', () => {
  const { canvas: _, palette: __, ...earlier } = DEFAULT_FORM;
  const kept = { ...drawing, form: { ...earlier, model: 'points' } } as KeptDrawing;
  expect(decodeKept(encodeKept(kept))).toEqual(drawing);
});

it('decodeKept returns null for an entry of a different version', () => {
  const text = new TextDecoder().decode(encodeKept(drawing)).replace('"version":1', '"version":2');
  expect(decodeKept(new TextEncoder().encode(text))).toBeNull();
});
