import path from 'node:path';
import type { Model, ModelSampleRequest } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import type { SavedSampling } from '@isonoise/sampler';
import { afterAll, beforeAll } from 'vitest';
import { Scene, type Served } from './served.ts';

/** A server, and the same models for drawing without the server. */
export interface ServedAndAlone {
  readonly scene: Scene;
  readonly served: () => Served;
  /** Draws with the model `conv` alone. @returns the result */
  readonly drawnAlone: (request: ModelSampleRequest) => Promise<Float32Array>;
  /** Draws with the model `conv` alone. @returns the result, and the run saved after each step */
  readonly savedAlone: (request: ModelSampleRequest) => Promise<SavedRun>;
  /** The model `weak`, a smaller network, which can guide `conv`. */
  readonly weak: () => Model;
}

/** A run, and its states. */
interface SavedRun {
  readonly x: Float32Array;
  readonly saved: readonly SavedSampling[];
}

/** Starts a server with the models `conv` and `weak` before the tests of a file, and stops it after them. */
export function servedAndAlone(): ServedAndAlone {
  const scene = new Scene();
  let open: { readonly served: Served; readonly model: Model; readonly weak: Model } | undefined;
  const opened = () => {
    if (open === undefined) throw new Error('served: the server has not started; expected a call in a test.');
    return open;
  };
  beforeAll(async () => {
    await scene.build();
    const folderOfWeak = await scene.addModel('weak', undefined, 4);
    const served = await scene.serve();
    const folder = path.join(scene.folder, 'models/conv');
    const options = { provider: 'cpu', threads: 1 } as const;
    open = {
      served,
      model: await loadModel(folder, options),
      weak: await loadModel(folderOfWeak, options),
    };
  });
  afterAll(async () => {
    await scene.stopServers();
    await Promise.all([open?.model.dispose(), open?.weak.dispose()]);
    await scene.remove();
  });
  const savedAlone = async (request: ModelSampleRequest): Promise<SavedRun> => {
    const saved: SavedSampling[] = [];
    for await (const step of opened().model.sample(request)) saved.push(step.save());
    return { x: saved.at(-1)?.x ?? new Float32Array(), saved };
  };
  return {
    scene,
    served: () => opened().served,
    weak: () => opened().weak,
    drawnAlone: async (request) => (await savedAlone(request)).x,
    savedAlone,
  };
}
