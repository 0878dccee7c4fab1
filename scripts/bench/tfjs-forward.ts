import type { Network } from '@isonoise/network';
import { type EagerForward, eagerForward } from './eager-forward.ts';
import { type TfjsBackend, useTfjs } from './tfjs-backend.ts';

/** Prepares a network to run eagerly on a tfjs backend. Each run makes this backend the current one. */
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
