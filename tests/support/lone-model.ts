import path from 'node:path';
import type { Model, ModelSampleRequest } from '@isonoise/runtime';
import { loadModel } from '@isonoise/runtime-node';
import { afterAll, beforeAll } from 'vitest';
import { Scene, type Served } from './served.ts';

/** A server, and its model `conv` without a server. */
export interface ServedAndAlone {
  readonly scene: Scene;
  readonly served: () => Served;
  /** Draws with the model alone. @returns the result */
  readonly drawnAlone: (request: ModelSampleRequest) => Promise<Float32Array>;
}

/** Starts a server before the tests of a file, and stops it after them. */
export function servedAndAlone(): ServedAndAlone {
  const scene = new Scene();
  let open: { readonly served: Served; readonly model: Model } | undefined;
  const opened = () => {
    if (open === undefined) throw new Error('served: the server has not started; expected a call in a test.');
    return open;
  };
  beforeAll(async () => {
    await scene.build();
    const served = await scene.serve();
    const folder = path.join(scene.folder, 'models/conv');
    open = { served, model: await loadModel(folder, { provider: 'cpu', threads: 1 }) };
  });
  afterAll(async () => {
    await scene.stopServers();
    await open?.model.dispose();
    await scene.remove();
  });
  return {
    scene,
    served: () => opened().served,
    async drawnAlone(request) {
      let x = new Float32Array();
      for await (const step of opened().model.sample(request)) x = new Float32Array(step.x);
      return x;
    },
  };
}
