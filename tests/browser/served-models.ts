import '@tensorflow/tfjs-backend-cpu';
import path from 'node:path';
import type { ModelSpec } from '@isonoise/bundle';
import { exportBundle } from '@isonoise/export';
import { nodeFiles } from '@isonoise/runtime-node';
import { createServer, type Listening, serve } from '@isonoise/server';
import { inject } from 'vitest';
import { cpuSession, type smallModel } from '../../packages/export/testdata/small-networks.ts';

/** A small untrained network, and the look of training images that its model records. */
export interface ServedModel {
  readonly model: ReturnType<typeof smallModel>;
  /** Default: the scheduler of the small network. */
  readonly scheduler?: ModelSpec['scheduler'];
  readonly look: { readonly palette: string[]; readonly asymmetry: number };
}

/** Exports models into a folder, one bundle for each name, and serves them with the built page. */
export async function serveModels(
  folder: string,
  models: Readonly<Record<string, ServedModel>>,
): Promise<Listening> {
  for (const [name, { model, scheduler = model.spec.scheduler, look }] of Object.entries(models)) {
    await exportBundle(nodeFiles(path.join(folder, name)), {
      ...model,
      spec: { ...model.spec, name, scheduler },
      createSession: (onnx) => cpuSession(onnx, 1),
      referenceBackend: 'cpu',
      card: {},
      training: { look },
      sheet: { count: 1, steps: 1 },
    });
  }
  const bundles = Object.keys(models).map((name) => path.join(folder, name));
  return serve(await createServer({ bundles, page: inject('page') }), { port: 0 });
}
