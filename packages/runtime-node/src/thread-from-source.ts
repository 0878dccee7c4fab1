import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ThreadScript } from './thread.ts';

/** The part of esbuild that is used. */
interface Esbuild {
  buildSync(options: Readonly<Record<string, unknown>>): {
    readonly outputFiles: readonly { readonly contents: Uint8Array }[];
  };
}

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
let script: string | undefined;

/**
 * Replaces `threadScript` of thread.ts if the workspace runs from TypeScript source (`imports` in package.json). This
 * module is not published.
 *
 * The thread runs one compiled file, which takes about 40 ms to start. A thread does not inherit the loader of its
 * process, and registering tsx in each thread took 700 ms.
 */
export function threadScript(): ThreadScript {
  script ??= compiled();
  return { file: script, execArgv: [] };
}

/** Compiles worker.ts and its modules into one file, named by its content. @returns its path */
function compiled(): string {
  const require = createRequire(import.meta.url);
  const esbuild: Esbuild = createRequire(require.resolve('tsx/package.json'))('esbuild');
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [path.join(PACKAGE, 'src', 'worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@isonoise/source'],
    external: ['onnxruntime-node'],
    write: false,
  });
  const contents = outputFiles[0]?.contents;
  if (contents === undefined)
    throw new Error('runtime-node: esbuild wrote no file; expected the compiled worker.ts.');
  // In this folder, the file finds the onnxruntime-node of this package.
  const folder = path.join(PACKAGE, 'node_modules', '.cache');
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16);
  const file = path.join(folder, `worker-${hash}.mjs`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    // Processes that compile at the same time never read a part of the file.
    const part = `${file}.${process.pid}`;
    writeFileSync(part, contents);
    renameSync(part, file);
  }
  return file;
}
