/** What the check reads of a packed `package.json`. */
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
 * What is missing from a tarball, or should not be in it.
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
    ...files.filter((file) => UNPUBLISHED.test(file)).map((file) => `${file} is for tests alone`),
    // The packages speak to each other in formats without versions: only those of one release fit.
    ...dependencies
      .filter(([name, range]) => OURS.test(name) && range !== manifest.version)
      .map(([name, range]) => `depends on ${name} ${range}; expected ${manifest.version}`),
    ...dependencies
      .filter(([name, range]) => !OURS.test(name) && !/^\d+\.\d+\.\d+/.test(range))
      .map(([name, range]) => `depends on ${name} ${range}; expected an exact version`),
  ];
}

/** Every file that `exports` names, whatever the condition: also the one of the sources. */
function targets(exports: Exports): readonly string[] {
  return typeof exports === 'string' ? [exports] : Object.values(exports).flatMap(targets);
}
