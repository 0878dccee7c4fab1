import { expect, it } from 'vitest';
import { pointsSpec } from '../../testdata/points.ts';
import { DEFAULT_BETWEEN } from '../edit/between-pictures.ts';
import { DEFAULT_EDIT } from '../edit/edit-fields.ts';
import { blankLayers } from '../edit/layers.ts';
import { DEFAULT_FORM } from '../request/request-form.ts';
import type { DoneDrawing } from '../sample/drawing.ts';
import { keptOf, stateOf } from './kept-of.ts';

const spec = pointsSpec(1, 2);
const form = { ...DEFAULT_FORM, model: 'points' };
const bytes = Uint8Array.of(0, 255, 0, 255, 0, 255, 0, 255, 0, 255);
const frame = { step: 3, t: null, noisy: bytes, estimate: bytes };
const result = Float32Array.from(bytes, (level) => level / 127.5 - 1);

/** Five images of two pixels. */
const drawing: DoneDrawing = {
  status: 'done',
  spec,
  numbers: [0, 1, 2, 3, 4],
  shape: [5, 1, 1, 2],
  columns: 3,
  model: 'points',
  seed: '7',
  form,
  notes: ['a note'],
  frames: [frame],
  latest: frame,
  steps: 3,
  elapsedMs: 40,
  isLead: false,
  record: null,
  result,
  provider: { name: 'wasm', reason: 'a test' },
};

it('stateOf returns the drawing that keptOf stored', () => {
  const layers = blankLayers({ width: 2, height: 1 }, 1);
  const between = { layers, settings: DEFAULT_BETWEEN };
  for (const now of [
    drawing,
    { ...drawing, columns: undefined, isResumed: true },
    { ...drawing, form: null, kind: 'edit', source: { layers, fields: DEFAULT_EDIT, form } },
    { ...drawing, form: null, kind: 'edit', source: { layers, fields: DEFAULT_EDIT, form, between } },
  ] as const) {
    const kept = keptOf(now, 12, 34);
    expect([kept.id, kept.time]).toEqual(['12-34', 12]);
    expect(stateOf(kept, result)).toEqual(now);
  }
});

it('keptOf keeps the first four images as a thumbnail', () => {
  expect(keptOf(drawing, 1, 2).thumbnail).toEqual({ bytes: bytes.slice(0, 8), shape: [4, 1, 1, 2] });
});

it('keptOf leaves out the picture and the mask of very large edits', () => {
  const layers = blankLayers({ width: 1024, height: 256 }, 1);
  const edit = { ...drawing, kind: 'edit', source: { layers, fields: DEFAULT_EDIT, form } } as const;
  expect(keptOf(edit, 1, 2).source).toBeUndefined();
  // Both pictures count: 5·2^18 bytes are too many.
  const half = blankLayers({ width: 512, height: 256 }, 1);
  const source = { layers: half, fields: DEFAULT_EDIT, form };
  const between = { layers: half, settings: DEFAULT_BETWEEN };
  expect(keptOf({ ...edit, source }, 1, 2).source).toEqual(source);
  expect(keptOf({ ...edit, source: { ...source, between } }, 1, 2).source).toBeUndefined();
});
