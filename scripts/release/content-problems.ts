/** The fields of a packed `package.json` that the check reads. */
export interface PackedManifest {
  readonly version: string;
  readonly exports?: Exports;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

type Exports = string | { readonly [condition: string]: Exports };

const REQUIRED = ['package.json', 'README.md', 'LICENSE'] as const;
const UNPUBLISHED = /[.]test[.]|(^|\/)(testdata|node_modules)\//;
const OURS = /^(isonoise$|@isonoise\/)/;

/**
 * Finds files that are missing from a tarball or should not be in it, and dependencies on wrong versions.
 *
 * @param files relative to the package
 */
export function findContentProblems(manifest: PackedManifest, files: readonly string[]): readonly string[] {
  const present = new Set(files);
  const named = [...targets(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})].map((target) =>
    target.replace(/^[.]\//, ''),
  );
  const missing = [...new Set([...REQUIRED, ...named])].filter((file) => !present.has(file));
  const dependencies = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies });
  return [
    ...missing.map((file) => `${file} is missing`),
    ...files.filter((file) => UNPUBLISHED.test(file)).map((file) => `${file} is only for tests`),
    // Our packages exchange data in formats without versions, so only packages of the same release work
    // together.
    ...dependencies
      .filter(([name, range]) => OURS.test(name) && range !== manifest.version)
      .map(([name, range]) => `depends on ${name} ${range}; expected ${manifest.version}`),
    ...dependencies
      .filter(([name, range]) => !OURS.test(name) && !/^\d+\.\d+\.\d+/.test(range))
      .map(([name, range]) => `depends on ${name} ${range}; expected an exact version`),
  ];
}

/** Returns every file that `exports` names under any condition, including the condition of the sources. */
function targets(exports: Exports): readonly string[] {
  return typeof exports === 'string' ? [exports] : Object.values(exports).flatMap(targets);
}
