import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { type ModelStorage, memoryStorage } from '@isonoise/runtime-web';
import { computed, signal } from '@preact/signals';
import { vi } from 'vitest';
import { DEFAULT_BETWEEN } from '../src/edit/between-pictures.ts';
import { createCanvasKeeper } from '../src/edit/canvas-keeper.ts';
import { DEFAULT_EDIT } from '../src/edit/edit-fields.ts';
import type { EditSource } from '../src/edit/edit-source.ts';
import { decodeCanvas } from '../src/edit/kept-canvas.ts';
import { blankLayers, type Layers } from '../src/edit/layers.ts';
import { changeMask } from '../src/edit/paint.ts';
import { createPaintStore } from '../src/edit/paint-store.ts';
import { DEFAULT_FORM } from '../src/request/request-form.ts';

export const size = { width: 4, height: 4 };
/** A picture that was not painted here. */
export const given = changeMask(blankLayers(size, 1), 'all');
const specOf = (name: string): ModelSpec => ({
  name,
  image: { ...size, channels: 1 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
});

interface SceneOptions {
  /** Name of the model that was chosen before the tab was opened. Default: none. */
  readonly chosen?: string;
  /** Names of the available models. */
  readonly models?: readonly string[];
}

/** The Edit tab of a visit. Its timers must be fake. */
export function visit(storage: ModelStorage, { chosen = '', models = ['digits'] }: SceneOptions = {}) {
  const store = createPaintStore();
  const chosenModel = signal(chosen);
  const form = signal({ ...DEFAULT_FORM, model: chosen });
  const known = signal(true);
  const shown = { id: null as string | null, layers: null as Layers | null };
  const address = { id: null as string | null };
  const second = signal<Layers | null>(null);
  const source = computed((): EditSource | null => {
    const { value: layers } = store.layers;
    if (layers === null) return null;
    const between = second.value === null ? undefined : { layers: second.value, settings: DEFAULT_BETWEEN };
    return { layers, fields: DEFAULT_EDIT, form: form.value, between };
  });
  const keeper = createCanvasKeeper({
    storage,
    store,
    source,
    shown: () => shown,
    addressed: () => address.id,
    areModelsKnown: known,
    specNamed: (name) => (models.includes(name) ? specOf(name) : null),
    chosenModel,
    take(taken) {
      chosenModel.value = taken.form.model;
      form.value = taken.form;
      store.open(taken.layers);
      second.value = taken.between?.layers ?? null;
    },
    clear() {
      store.clear();
      second.value = null;
    },
  });
  const choose = (model: string): void => {
    chosenModel.value = model;
    form.value = { ...form.value, model };
    store.fit(size, 1);
  };
  const paint = (x: number): void => {
    store.begin({ x, y: 0 });
    store.end();
  };
  /** Waits until changes are stored. */
  const settle = () => vi.advanceTimersByTimeAsync(1000);
  return { keeper, store, second, known, shown, address, choose, paint, settle };
}

/** Returns the stored picture. */
export const stored = async (storage: ModelStorage): Promise<Layers | undefined> =>
  decodeCanvas(await storage.get('canvas'))?.source.layers;

/** Paints in a first visit. @returns the storage of the browser */
export async function painted(): Promise<ModelStorage> {
  const storage: ModelStorage = memoryStorage();
  const first = visit(storage);
  first.choose('digits');
  await first.keeper.begin();
  first.paint(1);
  await first.settle();
  return storage;
}
