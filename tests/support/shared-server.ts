import { afterAll, beforeAll } from 'vitest';
import { Scene, type Served } from './served.ts';

/** Builds a scene and starts a server before the tests of a file, and removes both after them. */
export function sharedServer(): { readonly scene: Scene; readonly shared: () => Served } {
  const scene = new Scene();
  let served: Served;
  beforeAll(async () => {
    await scene.build();
    served = await scene.serve();
  });
  afterAll(async () => {
    await scene.stopServers();
    await scene.remove();
  });
  return { scene, shared: () => served };
}
