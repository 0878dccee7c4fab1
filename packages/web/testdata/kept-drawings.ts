import { toSchedulerConfig } from '@isonoise/bundle';
import type { HistoryStore } from '../src/history/history-store.ts';
import type { KeptDrawing } from '../src/history/kept-drawing.ts';
import { DEFAULT_FORM } from '../src/request/request-form.ts';

/** Returns a kept drawing of one image. */
export const drawing = (time: number): KeptDrawing => ({
  id: `drawing ${time}`,
  time,
  form: { ...DEFAULT_FORM, model: 'points', seed: String(time) },
  model: 'points',
  spec: {
    name: 'points',
    image: { channels: 1, height: 1, width: 2 },
    dataRange: [-1, 1],
    scheduler: toSchedulerConfig({ kind: 'linear' }),
    classes: null,
  },
  seed: String(time),
  numbers: [0],
  shape: [1, 1, 1, 2],
  columns: null,
  notes: [],
  steps: 2,
  elapsedMs: 1,
  provider: { name: 'wasm', reason: 'a test' },
  thumbnail: { bytes: Uint8Array.of(10, 13), shape: [1, 1, 1, 2] },
});
/** Returns the values of its image. */
export const values = (time: number): Float32Array => Float32Array.of(time / 10, -0.5);
/** Returns the seeds of the drawings, in their order. */
export const seeds = ({ entries }: HistoryStore): readonly (string | null)[] =>
  entries.value.map(({ seed }) => seed);
