import path from 'node:path';
import type { Consumer } from '../consumers/consumer.ts';
import { drawModule, nodeProgram } from '../consumers/drawing.ts';
import { runConsumers } from '../consumers/run-consumers.ts';
import { scriptError } from '../script-error.ts';
import { startLocalRegistry } from './local-registry.ts';
import { type Publication, publish } from './publish.ts';

/**
 * Publishes the packages to a local registry twice, and installs them by name from this registry.
 *
 * @param folder an existing folder for the registry
 * @throws `RELEASE_PROBLEMS` if the installed package did not draw the golden image
 */
export async function rehearse(
  publications: readonly Publication[],
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  const registry = await startLocalRegistry(path.join(folder, 'registry'));
  try {
    log(`local registry listening at ${registry.address}`);
    await publish(publications, { userconfig: registry.userconfig, log });
    // Publish again, as after an interruption: versions that the registry already has must be skipped.
    await publish(publications, { userconfig: registry.userconfig, log: () => {} });
    const failures = await runConsumers(new Map([['registry', fromRegistry(registry.address)]]), {
      keep: false,
      log,
      ours: new Map(publications.map(({ name, version }) => [name, version])),
    });
    if (failures.size > 0) {
      throw scriptError(
        'RELEASE_PROBLEMS',
        'release: a program that uses the packages from the local registry failed; expected the golden image. See the reason above.',
      );
    }
  } finally {
    await registry.close();
  }
}

const fromRegistry = (address: string): Consumer => ({
  title: 'npm install from a registry, then Node',
  ours: ['isonoise'],
  packages: {},
  files: { 'draw.js': drawModule, 'main.js': nodeProgram },
  model: 'models/mnist',
  installEnv: { npm_config_registry: address },
  async use(workshop) {
    return { node: (await workshop.run('node', ['main.js'])).trim() };
  },
});
