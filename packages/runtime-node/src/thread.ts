import { createRequire } from 'node:module';
import path from 'node:path';
import { runtimeError } from '@isonoise/runtime/worker';

/** The script of a model's thread. */
export interface ThreadScript {
  readonly file: string | URL;
  /** Flags of Node for the thread. */
  readonly execArgv: string[];
}

/** URL of this module; undefined if a bundler converted it to CommonJS. */
const HERE: string | undefined = import.meta.url;

/**
 * Chains of packages that lead to this one. Each package is resolved from the previous one. With pnpm, a program can
 * resolve only its direct dependencies, so a program that installs `isonoise` must find this package through
 * `isonoise`.
 */
const CHAINS: readonly (readonly string[])[] = [[], ['isonoise']];

/**
 * Finds `worker.js` by the package's name instead of its path relative to this file. If a bundler turns a server into
 * one file, this script is not in it, but in the installed package. ONNX Runtime is there too, because it cannot be
 * bundled.
 *
 * @throws `RUNTIME_WORKER` if the package cannot be resolved from this file, the program or the working
 *   directory
 */
export function threadScript(program: string | undefined = process.argv[1]): ThreadScript {
  const bases = [HERE, program && path.resolve(program), path.resolve('package.json')];
  for (const base of bases) {
    for (const chain of CHAINS) {
      const file = base && resolveThrough([...chain, '@isonoise/runtime-node/worker'], base);
      if (file) return { file, execArgv: withoutInputType(process.execArgv) };
    }
  }
  throw runtimeError(
    'RUNTIME_WORKER',
    `loadModel: cannot resolve @isonoise/runtime-node/worker from ${bases.filter(Boolean).join(', ')}; expected the ` +
      'package isonoise in node_modules there. Install it where the bundled program runs, or exclude it from the bundle ' +
      "(esbuild: --packages=external; Next: serverExternalPackages: ['isonoise']).",
  );
}

/** Resolves each name from the file to which the previous name resolved. */
function resolveThrough(names: readonly string[], base: string): string | undefined {
  try {
    return names.reduce((from, name) => createRequire(from).resolve(name), base);
  } catch {
    return undefined;
  }
}

/** Removes the flag `--input-type`, which Node accepts only for programs on the command line and rejects for files. */
function withoutInputType(flags: readonly string[]): string[] {
  return flags.filter(
    (flag, i) =>
      !flag.startsWith('--input-type') && !(flags[i - 1] === '--input-type' && !flag.startsWith('-')),
  );
}
