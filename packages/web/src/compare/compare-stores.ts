import { guideNamed } from '../model/guide.ts';
import { modelNamed } from '../model/model-store.ts';
import { syncWithServer } from '../model/sync-with-server.ts';
import { request } from '../request/request-store.ts';
import { subjectOf } from '../request/subject.ts';
import { announce } from '../ui/live-region.tsx';
import { createCompareStore } from './compare-store.ts';
import { compareNamesakes } from './namesakes.ts';
import { sampleOnServer } from './sample-on-server.ts';

/** The store of the Compare tab. */
export const compareStore = createCompareStore({
  form: request,
  subjectOf,
  hasTwoModels: async (signal) => (await compareNamesakes(signal)).length > 0,
  sync: syncWithServer,
  openModel: modelNamed,
  openGuide: guideNamed,
  sampleThere: sampleOnServer,
  announce,
  clock: () => performance.now(),
});
