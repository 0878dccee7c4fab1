/** Wires the Compare tab. */
import { servedHashes } from '../model/served-hashes.ts';
import { announce } from '../shell.ts';
import {
  callServer,
  catalog,
  chosenName,
  guideNamed,
  modelNamed,
  picked,
  request,
  subjectOf,
  syncWithServer,
} from '../stores.ts';
import { createCompareStore } from './compare-store.ts';
import { createNamesakeStore } from './namesake-store.ts';
import { pickedHashes } from './picked-hashes.ts';
import { sampleOnServer } from './sample-on-server.ts';

export const namesakes = createNamesakeStore({
  picked,
  chosenName,
  catalog,
  pickedHashes,
  servedHashes: (model, signal) => servedHashes(callServer, model, signal),
});

export const compareStore = createCompareStore({
  form: request,
  subjectOf,
  hasTwoModels: async (signal) => (await namesakes.compare(signal)).length > 0,
  sync: syncWithServer,
  openModel: modelNamed,
  openGuide: guideNamed,
  sampleThere: (body, signal) => sampleOnServer(callServer, body, signal),
  announce,
  clock: () => performance.now(),
});
