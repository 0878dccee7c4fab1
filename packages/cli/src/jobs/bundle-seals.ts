import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_PATHS, parseManifest } from '@isonoise/bundle';
import type { BundleName } from '@isonoise/jobs';
import { bundleFiles, isOnnxFile } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';

/**
 * Returns the name and the seal of a bundle, by which jobs refer to it. The seal is the SHA-256 of the
 * manifest.
 *
 * @throws `CLI_USAGE` if the model is not a sealed bundle; errors of reading a bundle
 */
export async function bundleName(source: string): Promise<BundleName> {
  if (await isOnnxFile(source)) {
    throw new CliError(
      'CLI_USAGE',
      `--distributed: ${source} is a single file; expected the folder of a model, or its .zip. Name the model's folder.`,
    );
  }
  const { sha256, name } = parseManifest(await (await bundleFiles(source)).read(BUNDLE_PATHS.manifest));
  if (sha256 !== null) return { sha256, name };
  throw new CliError(
    'CLI_USAGE',
    `--distributed: ${source} was exported by an early version, without its own SHA-256; expected a sealed model. Export it again.`,
  );
}

/** Finds the bundles in a folder, which can be a bundle itself. @returns the path of each bundle, by seal */
export async function findBundles(folder: string): Promise<ReadonlyMap<string, string>> {
  // Hidden folders are incomplete downloads.
  const names = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.'));
  const found = new Map<string, string>();
  for (const path of [folder, ...names.map((name) => join(folder, name))]) {
    // The folder may contain anything, so a file or folder that is not a bundle is skipped.
    const bundle = await bundleName(path).catch(() => null);
    if (bundle !== null) found.set(bundle.sha256, path);
  }
  return found;
}
