/**
 * Wires the stores that several tabs share. The files `*-stores.ts` wire the stores of a single tab, whose code is
 * loaded later.
 */
import { indexedDbStorage } from '@isonoise/runtime-web';
import { computed, type Signal, signal } from '@preact/signals';
import { hasWebGpu, isSite } from './app/site.ts';
import { createEditAddress, type EditAddress } from './edit/edit-address.ts';
import type { Handoff, RestoredBetween } from './edit/handoff.ts';
import { createHistoryStore } from './history/history-store.ts';
import { createKeptDrawings } from './history/kept-drawings.ts';
import { createGuideStore } from './model/guide.ts';
import { createModelShelf } from './model/model-shelf.ts';
import { createModelStore } from './model/model-store.ts';
import { createRunModelList } from './model/run-model-list.ts';
import { createModelOpener, DEFAULT_RUNTIME, type RuntimeSettings } from './model/runtime-settings.ts';
import { servedHashes } from './model/served-hashes.ts';
import { createStoringLock } from './model/storing-lock.ts';
import { createServerSync } from './model/sync-with-server.ts';
import { fitForm } from './request/fit-form.ts';
import { DEFAULT_FORM, type RequestForm } from './request/request-form.ts';
import { readSubject, type Subject } from './request/subject.ts';
import type { DoneDrawing } from './sample/drawing.ts';
import { createDrawingStore } from './sample/drawing-store.ts';
import { download as downloadWith, startEncodeWorker } from './sample/encode-file.ts';
import type { EncodeTask } from './sample/encode-task.ts';
import { createEncoder } from './sample/encoder.ts';
import type { PinnedImage } from './sample/pinned-image.ts';
import { createRunFiles } from './sample/run-files.ts';
import { createRunner, type Runner } from './sample/runner.ts';
import { createCallServer } from './server/call-server.ts';
import { createCatalogStore } from './server/catalog.ts';
import {
  announce,
  describeInAddress,
  dropFailure,
  goTo,
  markFirstUse,
  rememberInAddress,
  route,
} from './shell.ts';

/** API key for the `Authorization` header, entered by the visitor if required. Kept only in memory. */
export const apiKey: Signal<string> = signal('');
export const callServer = createCallServer(apiKey);
export const { catalog, loadCatalog } = createCatalogStore(
  callServer,
  isSite ? '/models/index.json' : '/v1/models',
);

/** The request form, shared by Sample and Compare. */
export const request: Signal<RequestForm> = signal(DEFAULT_FORM);
/** Name of the chosen model, which all tabs share. */
export const chosenName = computed(() => request.value.model);

/** Returns a random number of 32 bits. */
const random32 = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** Settings for running models. */
export const settings: Signal<RuntimeSettings> = signal(DEFAULT_RUNTIME);
const opener = createModelOpener(settings, hasWebGpu);
/** The models that the visitor opened or trained, including those of earlier visits. */
export const shelf = createModelShelf(
  indexedDbStorage('isonoise-models'),
  Date.now,
  random32,
  createStoringLock(navigator.locks),
);
/** The runs of the Train tab as models. Their code is large, so it is loaded only if there are runs. */
export const runModels = createRunModelList(indexedDbStorage('isonoise-training'), async () => {
  const { runReader } = await import('./train/run-stores.ts');
  return runReader;
});
const models = createModelStore({
  ...opener,
  catalog,
  shelf,
  runModels,
  chosenName,
  choose(spec, before) {
    request.value = fitForm(request.value, spec, before);
  },
  async readLook(source) {
    const { readLook } = await import('./model/read-look.ts');
    return readLook(callServer, source);
  },
  onLoaded: markFirstUse,
});
export const { picked, modelState, chosenSpec, knownSpecs, drawableSpecs, modelLooks } = models;
export const { specNamed, modelNamed, sourceNamed, filesOpened, openFiles, removeModel } = models;
export const guideNamed = createGuideStore({ ...opener, placeOf: models.placeOf });
export const { syncWithServer, currentModel } = createServerSync({
  ...models,
  catalog,
  loadCatalog,
  servedHashes: (model, signal) => servedHashes(callServer, model, signal),
});

/** Opens a model and announces it. */
export async function openModel(files: readonly File[]): Promise<void> {
  const { name } = await openFiles(files);
  announce(`Opened ${name}`);
}

/** Checks a request; null if it is invalid. */
export const subjectOf = (form: RequestForm): Subject | null => readSubject(form, specNamed);

/** The worker that encodes files and changes finished images. */
export const encoder = createEncoder(startEncodeWorker);
/** Encodes a file and offers it as a download. */
export const download = (name: string, task: EncodeTask): Promise<void> => downloadWith(encoder, name, task);
/** Creates the runner of a tab. */
export const newRunner = (): Runner =>
  createRunner({ begin: encoder.prepare, announce, clock: () => performance.now() });

const drawings = createDrawingStore({
  form: request,
  runner: newRunner(),
  subjectOf,
  filesOpened,
  openModel: currentModel,
  openGuide: guideNamed,
  lookOf: modelLooks.of,
  compute: encoder.compute,
  announce,
  describeInAddress,
  rememberInAddress,
});
/** The drawing of the Sample tab. */
export const { drawing, draw, cancel } = drawings;

/** The picture that the Edit tab takes as soon as it is open; null if there is none. */
export const handoff: Signal<Handoff | null> = signal(null);
/** A finished edit that the Edit tab shows as soon as it is open; null if there is none. */
export const editedDrawing: Signal<DoneDrawing | null> = signal(null);
/** The request for images between two pictures that the Edit tab takes as soon as it is open; null if there is none. */
export const restoredBetween: Signal<RestoredBetween | null> = signal(null);

/** Opens a picture in the Edit tab. */
export function editPicture(picture: Handoff): void {
  handoff.value = picture;
  goTo('edit');
}

/** Drawings of earlier requests and edits, which are kept in this browser. */
export const history = createHistoryStore(indexedDbStorage('isonoise-history'));
const keptDrawings = createKeptDrawings({
  ...drawings,
  history,
  editedDrawing,
  openEdit: (id) => editAddress.open(id),
  rememberEdit: (id) => editAddress.remember(id),
  now: Date.now,
  random: random32,
});
export const { keepDrawings, shownId, favouritesOf, showKept, drawingOfVisit, drawingOfRecord } =
  keptDrawings;
/** The address of the Edit tab. */
export const editAddress: EditAddress = createEditAddress({
  ...keptDrawings,
  ...{ route, goTo, describeInAddress, rememberInAddress, editedDrawing },
});

/** Whether PNG files contain the request of their images. */
export const keepsRequest: Signal<boolean> = signal(true);
/** The image that the dialog shows beside the opened one; null for none. */
export const pinned: Signal<PinnedImage | null> = signal(null);

/** Saves and opens runs. */
export const runFiles = createRunFiles({
  ...drawings,
  showKept,
  download,
  announce,
  dropFailure,
  restoreBetween(asked) {
    restoredBetween.value = asked;
    if (route.value.tab !== 'edit') goTo('edit');
  },
  async readRun(file) {
    const { readRun } = await import('./sample/read-run.ts');
    return readRun(file, {
      ...models,
      form: request,
      lookOf: modelLooks.of,
      compute: encoder.compute,
      loadCatalog,
      drawingOfRecord,
    });
  },
});
