import { readFile } from 'node:fs/promises';
import { createPackageFromTarballData } from '@arethetypeswrong/core';
import { findContentProblems, type PackedManifest } from './content-problems.ts';
import { findPublintProblems } from './publint-problems.ts';
import { findTypeProblems } from './type-problems.ts';

/** Results of the checks of a tarball. */
export interface PackageReport {
  readonly name: string;
  readonly version: string;
  /** Size of the tarball in bytes. */
  readonly bytes: number;
  /** Number of files in the tarball. */
  readonly files: number;
  /** Problems, by the check that found them. */
  readonly problems: Readonly<Record<Check, readonly string[]>>;
}

export const CHECKS = ['contents', 'publint', 'types'] as const;
type Check = (typeof CHECKS)[number];

/** Checks the tarball of a package, with every check of `CHECKS`. */
export async function checkPackage(tarball: string): Promise<PackageReport> {
  const data = new Uint8Array(await readFile(tarball));
  const unpacked = createPackageFromTarballData(data);
  const prefix = `/node_modules/${unpacked.packageName}/`;
  const files = unpacked.listFiles().map((file) => file.slice(prefix.length));
  const manifest = JSON.parse(unpacked.readFile(`${prefix}package.json`)) as PackedManifest;
  return {
    name: unpacked.packageName,
    version: unpacked.packageVersion,
    bytes: data.length,
    files: files.length,
    problems: {
      contents: findContentProblems(manifest, files),
      publint: await findPublintProblems(data),
      types: await findTypeProblems(unpacked),
    },
  };
}
