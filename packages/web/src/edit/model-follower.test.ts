import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { type Signal, signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { DEFAULT_FORM } from '../request/request-form.ts';
import { blankLayers, type Layers } from './layers.ts';
import { followModel } from './model-follower.ts';
import { changeMask } from './paint.ts';
import { createPaintStore } from './paint-store.ts';

const specOf = (name: string, side: number, channels = 1): ModelSpec => ({
  name,
  image: { channels, height: side, width: side },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
});
const digits = specOf('digits', 4);

/** A grey picture with one white pixel, all masked. */
function painted(width: number, height: number): Layers {
  const layers = changeMask(blankLayers({ width, height }, 1), 'all');
  return { ...layers, pixels: layers.pixels.map((level, i) => (i < 4 ? 255 : level)) };
}

function scene() {
  const chosenSpec: Signal<ModelSpec | null> = signal(null);
  const form = signal(DEFAULT_FORM);
  const store = createPaintStore();
  const told: string[] = [];
  const follower = followModel({
    chosenSpec,
    form,
    store,
    refit: async (_, { image }) => painted(image.width, image.height),
    announce: (text) => told.push(text),
  });
  const size = () => `${store.layers.value?.width} × ${store.layers.value?.height}`;
  return { chosenSpec, form, store, told, follower, size };
}

it('followModel creates a blank canvas for the first model, and puts the model into the form', () => {
  const { chosenSpec, form, store } = scene();
  chosenSpec.value = digits;
  expect([store.layers.value, form.value.model]).toEqual([blankLayers(digits.image, 1), 'digits']);
});

it('followModel keeps an enlarged picture that was restored before the spec of its model was known', () => {
  for (const first of [null, specOf('other', 3)]) {
    const { chosenSpec, store, told, follower } = scene();
    chosenSpec.value = first;
    chosenSpec.value = null;
    const large = painted(6, 4);
    store.open(large);
    follower.keepFor('digits');
    chosenSpec.value = digits;
    expect(store.layers.value).toBe(large);
    // Reading the list of models again gives a new spec of the same shape.
    chosenSpec.value = { ...digits };
    expect([store.layers.value === large, told]).toEqual([true, []]);
  }
});

it('followModel fits a picture to another model', async () => {
  const { chosenSpec, store, told, follower, size } = scene();
  chosenSpec.value = digits;
  store.open(painted(6, 4));
  follower.keepFor('digits');
  chosenSpec.value = specOf('other', 3);
  await expect.poll(() => [size(), told]).toEqual(['3 × 3', ['The picture was fitted to 3 × 3']]);
});

it('followModel fits a restored picture if the image size of its model has changed', async () => {
  const { chosenSpec, store, follower, size } = scene();
  store.open(painted(6, 4));
  follower.keepFor('digits');
  chosenSpec.value = specOf('digits', 8);
  await expect.poll(size).toBe('8 × 8');
});
