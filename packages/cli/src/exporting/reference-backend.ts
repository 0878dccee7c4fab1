import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { loadTfjsCpu } from '../tfjs-cpu.ts';

/** Name of the tfjs backend that an exported graph is compared with. */
export type Reference = 'wasm' | 'cpu' | 'tensorflow';

/**
 * Registers a tfjs backend.
 *
 * @returns the name of the backend in tfjs
 * @throws `CLI_ENGINE_UNAVAILABLE` if @tensorflow/tfjs-node cannot be loaded
 */
export async function registerReference(reference: Reference): Promise<string> {
  await REGISTER[reference]();
  return reference;
}

const REGISTER: Readonly<Record<Reference, () => Promise<unknown>>> = {
  cpu: loadTfjsCpu,
  async wasm() {
    const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    // In Node, the package cannot find its .wasm files by itself.
    const root = dirname(
      createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'),
    );
    setWasmPaths(join(root, 'dist') + sep);
    // More than one thread would keep the process alive.
    setThreadsCount(1);
  },
  async tensorflow() {
    await (await import('../tfjs-node.ts')).loadTfjsNode();
  },
};
