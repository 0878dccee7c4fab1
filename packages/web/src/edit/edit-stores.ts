/** Wires the Edit tab. */
import { indexedDbStorage } from '@isonoise/runtime-web';
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { fitForm } from '../request/fit-form.ts';
import { change, type FormSignal } from '../request/form-signal.ts';
import { type Offer, offeredForm } from '../request/offers.ts';
import { DEFAULT_FORM } from '../request/request-form.ts';
import type { Subject } from '../request/subject.ts';
import type { Drawing } from '../sample/drawing.ts';
import { finishOf, runFinish } from '../sample/run-finish.ts';
import { announce, route } from '../shell.ts';
import {
  catalog,
  chosenName,
  chosenSpec,
  currentModel,
  encoder,
  filesOpened,
  guideNamed,
  modelLooks,
  newRunner,
  request,
  runModels,
  shelf,
  shownId,
  specNamed,
  subjectOf,
} from '../stores.ts';
import type { ByteImages } from '../ui/image-grid.tsx';
import { type BetweenSettings, DEFAULT_BETWEEN } from './between-pictures.ts';
import { createBetweenStore } from './between-store.ts';
import { createCanvasKeeper } from './canvas-keeper.ts';
import { DEFAULT_EDIT, type EditFields } from './edit-fields.ts';
import { editOfQuery } from './edit-query.ts';
import type { EditSource } from './edit-source.ts';
import { createEditStore } from './edit-store.ts';
import type { Handoff, RestoredBetween } from './handoff.ts';
import type { Layers } from './layers.ts';
import { followModel } from './model-follower.ts';
import { refitPicture } from './open-picture.ts';
import { createPaintStore } from './paint-store.ts';

/** Optional fields of the form that this tab has. Symmetry would change pixels that a mask keeps. */
export const EDIT_OFFERS: readonly Offer[] = ['palette'];

/** Checks the request of the tab; null if it is invalid. */
export const editSubject = (form: FormSignal['value']): Subject | null =>
  subjectOf(offeredForm(form, EDIT_OFFERS));

/** The request of the Edit tab. All tabs share the model. */
export const editForm: FormSignal = signal({ ...DEFAULT_FORM, class: '', count: '4' });
export const editFields: Signal<EditFields> = signal(DEFAULT_EDIT);
export const paintStore = createPaintStore();
export const editRunner = newRunner();
export const editStore = createEditStore({
  layers: paintStore.layers,
  form: editForm,
  fields: editFields,
  runner: editRunner,
  subjectOf: editSubject,
  filesOpened,
  openModel: currentModel,
  openGuide: guideNamed,
  finish: async (form, shape, mask) =>
    runFinish(await finishOf(form, modelLooks.of), shape, encoder.compute, mask),
});

/** The second picture of an interpolation; null before it is chosen. */
export const secondPicture: Signal<Layers | null> = signal(null);
export const betweenSettings: Signal<BetweenSettings> = signal(DEFAULT_BETWEEN);
export const betweenStore = createBetweenStore({
  layers: paintStore.layers,
  second: secondPicture,
  settings: betweenSettings,
  fields: editFields,
  form: editForm,
  runner: editRunner,
  subjectOf: editSubject,
  filesOpened,
  openModel: currentModel,
});

/** The latest images of the Edit tab; null before the first run. */
export const lastImages: ReadonlySignal<ByteImages | null> = latestOf(editRunner.drawing);

export function changeEdit(fields: Partial<EditFields>): void {
  editFields.value = { ...editFields.value, ...fields };
}

/** Returns the latest images of a runner. They stay when the next run begins. */
function latestOf(drawing: ReadonlySignal<Drawing>): ReadonlySignal<ByteImages | null> {
  const latest = signal<ByteImages | null>(null);
  drawing.subscribe((now) => {
    if ('latest' in now) latest.value = { bytes: now.latest.estimate, shape: now.shape };
  });
  return latest;
}

const follower = followModel({
  chosenSpec,
  form: editForm,
  store: paintStore,
  refit: refitPicture,
  announce,
});

/** Strength of variations: enough to draw a different image of the same kind. */
const VARIATION = 0.5;

/** Puts a picture from another part of the page on the canvas, with the settings that drew it. */
export function takeHandoff({ layers, form, vary }: Handoff): void {
  canvasKeeper.touch();
  if (form !== null) {
    request.value = { ...request.value, model: form.model };
    const { count, images: _, ...settings } = offeredForm(form, EDIT_OFFERS);
    change({ ...settings, images: '' }, editForm);
    const spec = chosenSpec.value;
    if (spec !== null) editForm.value = fitForm(editForm.value, spec, spec);
  }
  paintStore.open(layers);
  announce('The picture is on the canvas');
  if (!vary) return;
  changeEdit({ strength: VARIATION });
  change({ count: '8' }, editForm);
  void editStore.draw();
}

/** Puts the picture, the mask and the settings of an earlier edit on the tab. */
export function takeSource({ layers, fields, form, between }: EditSource): void {
  request.value = { ...request.value, model: form.model };
  editForm.value = form;
  changeEdit({ ...fields, live: editFields.value.live });
  paintStore.open(layers);
  follower.keepFor(form.model);
  if (between === undefined) return;
  secondPicture.value = between.layers;
  betweenSettings.value = between.settings;
}

/** The content of the tab; null without a picture. */
const source = computed((): EditSource | null => {
  const { value: layers } = paintStore.layers;
  const [second, settings] = [secondPicture.value, betweenSettings.value];
  const own = { fields: editFields.value, form: editForm.value };
  if (layers === null) return null;
  return { layers, ...own, ...(second !== null && { between: { layers: second, settings } }) };
});

/** Keeps the canvas for the next visit. */
export const canvasKeeper = createCanvasKeeper({
  storage: indexedDbStorage('isonoise-canvas'),
  store: paintStore,
  source,
  shown() {
    const { value: now } = editRunner.drawing;
    return { id: shownId(now), layers: 'source' in now ? (now.source?.layers ?? null) : null };
  },
  addressed: () => (route.value.tab === 'edit' ? editOfQuery(route.value.query) : null),
  areModelsKnown: computed(
    () => catalog.value.state !== 'loading' && shelf.isLoaded.value && runModels.isLoaded.value,
  ),
  specNamed,
  chosenModel: chosenName,
  take: takeSource,
  clear() {
    paintStore.clear();
    secondPicture.value = null;
  },
});

/** Puts the request for images between two pictures on the tab, without the pictures. */
export function takeRestored({ model, class: chosen, settings }: RestoredBetween): void {
  request.value = { ...request.value, model };
  if (chosen !== null) change({ class: chosen }, editForm);
  canvasKeeper.touch();
  secondPicture.value = null;
  betweenSettings.value = { ...betweenSettings.value, ...settings };
}
