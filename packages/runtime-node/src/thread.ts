import { createRequire } from 'node:module';
import path from 'node:path';
import { runtimeError } from '@isonoise/runtime/worker';

/** What a model's thread runs. */
export interface ThreadScript {
  readonly file: string | URL;
  /** Node's flags for the thread. */
  readonly execArgv: string[];
}

/** Undefined where a bundler made CommonJS of this module. */
const HERE: string | undefined = import.meta.url;

/** Packages through which this one is reached where it is not a direct dependency: pnpm keeps those apart. */
const WAYS: readonly (readonly string[])[] = [[], ['isonoise']];

/**
 * Finds `worker.js`. By the package's name, not by its place beside this file: a bundler that makes one file of a server
 * leaves it where it is installed, together with ONNX Runtime, which no bundler can take in.
 *
 * @throws `RUNTIME_WORKER` the package is installed neither near this file, nor near the program, nor near
 *   the working directory
 */
export function threadScript(program: string | undefined = process.argv[1]): ThreadScript {
  const bases = [HERE, program && path.resolve(program), path.resolve('package.json')];
  for (const base of bases) {
    for (const way of WAYS) {
      const file = base && resolveThrough([...way, '@isonoise/runtime-node/worker'], base);
      if (file) return { file, execArgv: withoutInputType(process.execArgv) };
    }
  }
  throw runtimeError(
    'RUNTIME_WORKER',
    `loadModel: found no @isonoise/runtime-node/worker from ${bases.filter(Boolean).join(', ')}; expected the package ` +
      'isonoise in a node_modules there. Install it where the bundled program runs, or keep it out of the bundle ' +
      "(esbuild: --packages=external; Next: serverExternalPackages: ['isonoise']).",
  );
}

/** Resolves each name from the file that the one before led to. */
function resolveThrough(names: readonly string[], base: string): string | undefined {
  try {
    return names.reduce((from, name) => createRequire(from).resolve(name), base);
  } catch {
    return undefined;
  }
}

/** `--input-type` says what a program on the command line is, and no file may be run under it. */
function withoutInputType(flags: readonly string[]): string[] {
  return flags.filter(
    (flag, i) =>
      !flag.startsWith('--input-type') && !(flags[i - 1] === '--input-type' && !flag.startsWith('-')),
  );
}
