import { BUNDLE_PATHS } from '@isonoise/bundle';
import type { Model } from '@isonoise/runtime';
import { indexedDbStorage, loadModel } from '@isonoise/runtime-web';
import type { LoadedModel, ModelCalls } from '../calls/models.ts';

const models = new Map<number, Model>();
let nextId = 0;

function modelOf(id: number): Model {
  const model = models.get(id);
  if (model === undefined) throw new Error(`lab: unknown model ${id}; expected a loaded model.`);
  return model;
}

export const modelCalls: ModelCalls = {
  async load({ source, cache = false, abortAfter, ...options }) {
    const began = performance.now();
    const files: Record<string, 'network' | 'cache'> = {};
    const controller = new AbortController();
    const model = await loadModel(source, {
      ...options,
      cache: cache && 'default',
      onProgress: ({ file, loaded, total, from }) => {
        files[file] = from;
        if (abortAfter === undefined || file !== BUNDLE_PATHS.onnx || loaded < total) return;
        setTimeout(() => controller.abort(new Error('lab: enough')), abortAfter);
      },
      signal: controller.signal,
    });
    const id = nextId++;
    models.set(id, model);
    const { provider, notes } = model;
    return { id, provider, notes, milliseconds: performance.now() - began, files } satisfies LoadedModel;
  },
  // `condition` is null here if Node passed undefined, because JSON has no undefined.
  denoise: (id, x, t, condition) => modelOf(id).denoise(x, t, condition ?? undefined),
  async sample(id, request) {
    const began = performance.now();
    let last: { readonly x: Float32Array; readonly steps: number } | undefined;
    for await (const step of modelOf(id).sample(request)) last = step;
    if (last === undefined) throw new Error('lab: the run did not take a step; expected at least one step.');
    return { x: last.x, steps: last.steps, milliseconds: performance.now() - began };
  },
  verify: (id) => modelOf(id).verify(),
  async dispose(id) {
    await modelOf(id).dispose();
    models.delete(id);
  },
  async damage(key) {
    const storage = indexedDbStorage();
    const bytes = await storage.get(key);
    if (bytes === undefined)
      throw new Error(`lab: the storage does not have the key ${key}; expected the key of a cached file.`);
    bytes[bytes.length >> 1] = ((bytes[bytes.length >> 1] ?? 0) + 1) & 255;
    await storage.put(key, bytes);
  },
};
