import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { scriptError } from '../script-error.ts';

/** Largest size of the archive. Some machines do not accept larger uploads. */
const MOST_MIB = 64;

const NAME = 'gpu-check';

const RUN = `#!/bin/sh
# Runs the check; arguments as in "pnpm gpu-check --help".
cd "$(dirname "$0")" && exec ./node main.mjs "$@"
`;

/**
 * Packs the check with Node, ONNX Runtime and a model into one archive. The archive does not contain ONNX Runtime's
 * libraries for CUDA, which are too large. Without these libraries, the check reports CUDA as absent.
 *
 * @param folder where the archive is written
 * @param model folder of a bundle
 * @returns text that says how to use the archive
 * @throws `GPU_CHECK_USAGE` if this machine is not linux/x64, or the archive is too large
 */
export async function pack(folder: string, model: string): Promise<string> {
  const target = `${process.platform}/${process.arch}`;
  if (target !== 'linux/x64') {
    throw scriptError(
      'GPU_CHECK_USAGE',
      `gpu-check: --pack runs on ${target}; expected linux/x64, whose Node and ONNX Runtime are packed.`,
    );
  }
  const place = await mkdtemp(path.join(tmpdir(), 'isonoise-gpu-check-'));
  try {
    const root = path.join(place, NAME);
    await bundle(root);
    await copyRuntime(path.join(root, 'node_modules'));
    await cp(model, path.join(root, 'models/mnist'), { recursive: true });
    await copyFile(process.execPath, path.join(root, 'node'));
    await writeFile(path.join(root, 'run.sh'), RUN);
    await chmod(path.join(root, 'run.sh'), 0o755);
    await mkdir(folder, { recursive: true });
    const archive = path.join(folder, `${NAME}.tar.xz`);
    await promisify(execFile)('tar', ['-C', place, '-cJf', archive, NAME]);
    const mib = (await stat(archive)).size / 2 ** 20;
    if (mib > MOST_MIB) {
      throw scriptError(
        'GPU_CHECK_USAGE',
        `gpu-check: ${archive} has ${mib.toFixed(1)} MiB; expected at most ${MOST_MIB}. Use a smaller model.`,
      );
    }
    return `${archive}: ${mib.toFixed(1)} MiB. On the other machine: tar -xJf ${NAME}.tar.xz && ${NAME}/run.sh`;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** Bundles this command into modules that contain everything except ONNX Runtime's native package. */
async function bundle(folder: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['@isonoise/source', 'node', 'import', 'default'] },
    ssr: {
      noExternal: true,
      external: ['onnxruntime-node', 'vite'],
      resolve: { conditions: ['@isonoise/source', 'node', 'import', 'default'] },
    },
    build: {
      ssr: path.join(import.meta.dirname, 'main.ts'),
      outDir: folder,
      emptyOutDir: true,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'main.mjs', chunkFileNames: '[name].mjs' } },
    },
  });
}

async function copyRuntime(modules: string): Promise<void> {
  const binary = path.join('bin', 'napi-v6', 'linux', 'x64');
  const node = folderOf('onnxruntime-node', import.meta.url);
  for (const part of ['package.json', 'dist', binary]) {
    await cp(path.join(node, part), path.join(modules, 'onnxruntime-node', part), { recursive: true });
  }
  const common = folderOf('onnxruntime-common', path.join(node, 'package.json'));
  for (const part of ['package.json', 'dist/cjs']) {
    await cp(path.join(common, part), path.join(modules, 'onnxruntime-common', part), { recursive: true });
  }
}

/** Returns the folder of a package, resolved from a module. */
function folderOf(name: string, from: string): string {
  const entry = createRequire(from).resolve(name);
  const mark = path.join('node_modules', name);
  return entry.slice(0, entry.lastIndexOf(mark) + mark.length);
}
