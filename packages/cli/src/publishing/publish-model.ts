import { readFile } from 'node:fs/promises';
import {
  BUNDLE_PATHS,
  parseJsonObject,
  readBundle,
  readBundleFile,
  resealBundle,
  sha256Hex,
} from '@isonoise/bundle';
import { bundleFiles, nodeFiles } from '@isonoise/runtime-node';
import { CliError } from '../errors.ts';
import { replaceFolder, requireFree } from '../exporting/replace-folder.ts';
import { refuseDiffusers } from '../model-path.ts';
import { checkOutputFolder, isWithin } from '../outputs/check-outputs.ts';
import { inspectPlace } from '../outputs/place.ts';
import { bytes, plural, table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { hubCard } from './hub-card.ts';

/** Options of `publish-model` as commander passes them. */
export interface PublishFlags {
  readonly out: string;
  readonly license?: string;
  readonly licenseFile?: string;
  readonly force?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** Content of `.gitattributes`: Git LFS stores the large files, and line endings are not converted. */
const GIT_ATTRIBUTES = `# isonoise.json holds the SHA-256 of each file: no line ends are converted.
* -text
*.onnx filter=lfs diff=lfs merge=lfs -text
*.safetensors filter=lfs diff=lfs merge=lfs -text
`;

/** Name of the file with the text of the licence, which hubs show. */
const LICENSE_FILE = 'LICENSE';

/**
 * Name of the file of checksums for `sha256sum --check`. It lists all files except the manifest, which
 * contains its own hash.
 */
const CHECKSUMS = 'SHA256SUMS';

/**
 * `isonoise publish-model`: writes a copy of a bundle for upload, with a licence in the card, attributes for Git
 * LFS, and checksums. Nothing is uploaded.
 *
 * @throws `CLI_USAGE` if an option is invalid; `CLI_OUTPUT_EXISTS` if the folder must not be replaced;
 *   `CLI_UNKNOWN_FILE` if the licence file cannot be read; errors of reading a bundle
 */
export async function publishModel(path: string, flags: PublishFlags, terminal: Terminal): Promise<void> {
  const { out } = flags;
  const place = await checkOutputFolder('--out', out, { model: true });
  const { real: source } = await inspectPlace(path);
  if (isWithin(place.real, source) || isWithin(source, place.real)) {
    throw new CliError(
      'CLI_USAGE',
      `--out ${out}: is the model ${path}, is inside it, or contains it; expected a separate folder. Choose a different path.`,
    );
  }
  await requireFree(out, flags.force === true);
  await refuseDiffusers('publish-model', path);
  // Read the licence before the model, because the files of the model can be large.
  const license = flags.licenseFile === undefined ? null : await readLicense(flags.licenseFile);
  const files = await bundleFiles(path);
  const { manifest, spec } = await readBundle(files);
  const { readme, gitattributes } = BUNDLE_PATHS;
  const card = Object.hasOwn(manifest.files, readme)
    ? new TextDecoder().decode(await readBundleFile(files, manifest, readme))
    : undefined;
  const config = parseJsonObject(
    await readBundleFile(files, manifest, BUNDLE_PATHS.networkConfig),
    BUNDLE_PATHS.networkConfig,
  );
  const changed = new Map<string, Uint8Array>([
    [readme, new TextEncoder().encode(hubCard(card, spec, config, flags.license))],
    [gitattributes, new TextEncoder().encode(GIT_ATTRIBUTES)],
    ...(license === null ? [] : [[LICENSE_FILE, license] as const]),
  ]);
  const published = await replaceFolder(out, flags.force === true, async (folder) => {
    const target = nodeFiles(folder);
    const sums: string[] = [];
    for (const each of new Set([...Object.keys(manifest.files), ...changed.keys()])) {
      const content = changed.get(each) ?? (await readBundleFile(files, manifest, each));
      if (each === CHECKSUMS) continue;
      await target.write(each, content);
      sums.push(`${sha256Hex(content)}  ${each}\n`);
    }
    await target.write(CHECKSUMS, new TextEncoder().encode(sums.join('')));
    await target.write(BUNDLE_PATHS.manifest, await files.read(BUNDLE_PATHS.manifest));
    const sealed = await resealBundle(target, [...changed.keys(), CHECKSUMS]);
    await readBundle(target);
    return sealed;
  });
  const total = Object.values(published.files).reduce((sum, file) => sum + file.bytes, 0);
  if (flags.json === true) terminal.json({ out, name: published.name, files: published.files });
  else {
    terminal.out(
      table([
        ['folder', `${out}: ${plural(Object.keys(published.files).length + 1, 'file')}, ${bytes(total)}`],
      ]),
    );
    terminal.note(
      `\nUpload the folder as a whole. ${CHECKSUMS} is for sha256sum --check; pnpm pull downloads the bundle.`,
    );
  }
}

/**
 * Reads the text of a licence. @throws `CLI_UNKNOWN_FILE` if the file cannot be read; `CLI_USAGE` if it is
 * not text
 */
async function readLicense(path: string): Promise<Uint8Array> {
  const content = await readFile(path).catch((cause: unknown) => {
    throw new CliError(
      'CLI_UNKNOWN_FILE',
      `--license-file ${path}: cannot be read; expected the text of a licence. Check the path.`,
      { cause },
    );
  });
  if (content.length === 0 || content.includes(0)) {
    throw new CliError(
      'CLI_USAGE',
      `--license-file ${path}: found ${content.length === 0 ? 'an empty file' : 'bytes that are not text'}; expected the text ` +
        'of a licence. Name a text file.',
    );
  }
  return new Uint8Array(content);
}
