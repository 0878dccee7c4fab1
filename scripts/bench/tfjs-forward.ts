import type { Network } from '@isonoise/network';
import { type EagerForward, eagerForward } from './eager-forward.ts';
import { type TfjsBackend, useTfjs } from './tfjs-backend.ts';

/** The network run eagerly on a tfjs backend; each run makes that backend the current one. */
export async function tfjsForward(
  backend: Exclude<TfjsBackend, 'tensorflow'>,
  network: Network,
  batch: number,
): Promise<EagerForward> {
  await useTfjs(backend, 1);
  const { run, dispose } = eagerForward(network, batch);
  return {
    async run() {
      await useTfjs(backend, 1);
      return run();
    },
    dispose,
  };
}
