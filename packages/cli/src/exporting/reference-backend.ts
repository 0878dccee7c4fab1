import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { loadTfjsCpu } from '../tfjs-cpu.ts';

/** The tfjs backend that an exported graph is compared with. */
export type Reference = 'wasm' | 'cpu' | 'tensorflow';

/**
 * Registers a tfjs backend.
 *
 * @returns its name in tfjs
 * @throws `CLI_TFJS_NODE_UNAVAILABLE`
 */
export async function registerReference(reference: Reference): Promise<string> {
  await REGISTER[reference]();
  return reference;
}

const REGISTER: Readonly<Record<Reference, () => Promise<unknown>>> = {
  cpu: loadTfjsCpu,
  async wasm() {
    const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
    // In Node, the package needs the path of its .wasm files.
    const root = dirname(
      createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'),
    );
    setWasmPaths(join(root, 'dist') + sep);
    // Several threads would keep the process alive.
    setThreadsCount(1);
  },
  async tensorflow() {
    await (await import('../tfjs-node.ts')).loadTfjsNode();
  },
};
