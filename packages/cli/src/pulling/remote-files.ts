import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  BUNDLE_PATHS,
  type FileRecord,
  isBundlePath,
  type JsonObject,
  parseJsonObject,
  parseManifest,
} from '@isonoise/bundle';
import { CliError } from '../errors.ts';
import { type Download, type DownloadContext, download, hashOf } from './download.ts';

/** Maximum length of a JSON file, in bytes. Every valid configuration is shorter. */
const MOST_JSON_BYTES = 16_000_000;
/** Maximum number of files of a model. */
const MOST_FILES = 1000;

/** The kind and the files of a downloaded folder. */
export interface Pulled {
  readonly kind: 'bundle' | 'diffusers';
  /** SHA-256 of each file, by path. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Folder {
  /** Address of the folder, with a trailing slash. */
  readonly url: URL;
  /** Local folder for the files. */
  readonly into: string;
  /** Maximum size of all files together, in bytes. */
  readonly mostBytes: number;
  /** Expected SHA-256 of the weights of a diffusers model, if known. */
  readonly sha256?: string | undefined;
  readonly context: DownloadContext;
}

/**
 * Downloads a folder. The manifest of a bundle lists all files. A server does not list its files, so the
 * usual names of the files of a diffusers model are tried.
 *
 * @throws errors of {@link download} and of reading the manifest; `CLI_PULL_LIMIT` if the model is too large
 */
export async function pullFolder(folder: Folder): Promise<Pulled> {
  const manifest = await fetchJson(folder, BUNDLE_PATHS.manifest);
  return manifest === undefined ? pullDiffusers(folder) : pullBundle(folder, manifest);
}

async function pullBundle(folder: Folder, bytes: Uint8Array): Promise<Pulled> {
  const manifest = parseManifest(bytes);
  const records = Object.entries(manifest.files);
  const total = records.reduce((sum, [, record]) => sum + record.bytes, 0);
  if (records.length > MOST_FILES || total > folder.mostBytes) {
    throw new CliError(
      'CLI_PULL_LIMIT',
      `pull ${folder.url.href}: the model has ${records.length} files with ${total} bytes; expected at most ${MOST_FILES} files ` +
        `with ${folder.mostBytes} bytes. Raise the limit with --most-gigabytes, or check the address.`,
    );
  }
  const files = new Map<string, string>();
  for (const [path, record] of records) files.set(path, await fetchFile(folder, path, record));
  return { kind: 'bundle', files };
}

const WEIGHTS = 'diffusion_pytorch_model';

async function pullDiffusers(folder: Folder): Promise<Pulled> {
  const files = new Map<string, string>();
  const optional = async (path: string): Promise<JsonObject | undefined> => {
    const bytes = await fetchJson(folder, path);
    if (bytes === undefined) return undefined;
    files.set(path, await hashOf(join(folder.into, path)));
    return parseJsonObject(bytes, path, 'python');
  };
  await optional(BUNDLE_PATHS.modelIndex);
  const base = (await optional(BUNDLE_PATHS.networkConfig)) === undefined ? '' : 'unet/';
  if (base === '' && (await optional('config.json')) === undefined) {
    throw new CliError(
      'CLI_PULL_FETCH',
      `pull ${folder.url.href}: found neither ${BUNDLE_PATHS.manifest}, ${BUNDLE_PATHS.networkConfig} nor config.json; expected ` +
        'the folder of a bundle or of a diffusers model, or a .zip. Check the address.',
    );
  }
  if ((await optional(BUNDLE_PATHS.scheduler)) === undefined) await optional('scheduler_config.json');
  for (const ending of ['safetensors', 'bin']) {
    const path = `${base}${WEIGHTS}.${ending}`;
    const found = await fetchIfThere(folder, path);
    if (found !== undefined) return { kind: 'diffusers', files: files.set(path, found) };
    const index = await optional(`${path}.index.json`);
    if (index === undefined) continue;
    for (const shard of shardsOf(index, path)) {
      files.set(base + shard, await fetchFile(folder, base + shard, {}));
    }
    return { kind: 'diffusers', files };
  }
  throw new CliError(
    'CLI_PULL_FETCH',
    `pull ${folder.url.href}: found neither ${base}${WEIGHTS}.safetensors nor .bin; expected the weights of the model. Check the address.`,
  );
}

function shardsOf({ weight_map: map }: JsonObject, path: string): readonly string[] {
  const names: readonly unknown[] =
    typeof map === 'object' && map !== null && !Array.isArray(map) ? [...new Set(Object.values(map))] : [];
  const shards = names.filter(
    (name): name is string => typeof name === 'string' && isBundlePath(name) && !name.includes('/'),
  );
  if (shards.length > 0 && shards.length === names.length && shards.length <= MOST_FILES) return shards;
  throw new CliError(
    'CLI_PULL_DIFFERS',
    `pull ${path}.index.json: weight_map names ${names.length} files, of which ${shards.length} are in the same folder; expected 1 to ` +
      `${MOST_FILES} names of files in the same folder. Check the address.`,
  );
}

/**
 * Downloads a small JSON file. An earlier copy is not reused, because the content of the file determines
 * which other files are needed.
 *
 * @returns the content; undefined if the server does not have the file
 */
async function fetchJson(folder: Folder, path: string): Promise<Uint8Array | undefined> {
  const file = join(folder.into, path);
  await rm(file, { force: true });
  await rm(`${file}.part`, { force: true });
  const found = await fetchIfThere({ ...folder, sha256: undefined, mostBytes: MOST_JSON_BYTES }, path);
  return found === undefined ? undefined : new Uint8Array(await readFile(file));
}

/** Downloads a file. @returns the SHA-256 of the file; undefined if the server does not have the file */
async function fetchIfThere(folder: Folder, path: string): Promise<string | undefined> {
  try {
    return await fetchFile(folder, path, folder.sha256 === undefined ? {} : { sha256: folder.sha256 });
  } catch (error) {
    const isAbsent =
      error instanceof CliError && (error.document.status === 404 || error.document.status === 410);
    if (isAbsent) return undefined;
    throw error;
  }
}

/** Downloads a file, unless a complete copy exists. @returns the SHA-256 of the file */
async function fetchFile(
  { url, into, mostBytes, context }: Folder,
  path: string,
  expected: Partial<FileRecord>,
): Promise<string> {
  const file = join(into, path);
  await mkdir(dirname(file), { recursive: true });
  const found = await stat(file).catch(() => null);
  if (found !== null && expected.sha256 !== undefined && found.size === expected.bytes) {
    const hash = await hashOf(file);
    if (hash === expected.sha256) return hash;
  }
  const address = new URL(path.split('/').map(encodeURIComponent).join('/'), url);
  const asked: Download = { url: address, file, expected, mostBytes: expected.bytes ?? mostBytes };
  return download(asked, context);
}
