import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  BUNDLE_PATHS,
  isBundlePath,
  type ModelSpec,
  parseJsonObject,
  parseManifest,
  parseSchedulerConfig,
  sha256Hex,
  specOfManifest,
} from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { ServerError } from '../errors.ts';
import { modelBroken } from './model-broken.ts';
import { networkFlops } from './network-cost.ts';

/** A bundle known to the server. */
export interface CatalogEntry {
  /** Name in requests: the name of the folder. */
  readonly name: string;
  readonly folder: string;
  /** Changes whenever the bundle is rewritten. */
  readonly version: string;
  readonly spec: ModelSpec;
  /** SHA-256 of the network's file, from the manifest. Opening the model checks it. */
  readonly sha256: string;
  /** SHA-256 of the manifest, by which jobs identify the bundle; null for exports of early versions. */
  readonly seal: string | null;
  /** Floating-point operations of the network for one image. */
  readonly flops: number;
  /** Total size of the bundle's files in bytes. */
  readonly bytes: number;
}

/** How long `find` reuses its last result. Otherwise every request would access the disk three times. */
const SEEN_MS = 250;

/**
 * Finds the models. Each call reads the folders again, so new exports appear without a restart. Only `find` may reuse
 * its last result.
 */
export interface Catalog {
  /** Lists the models by name. Broken bundles are omitted and reported. */
  list(): Promise<readonly CatalogEntry[]>;
  /**
   * Finds a model. The result may be up to {@link SEEN_MS} old.
   *
   * @throws ServerError `MODEL_NOT_FOUND` if no model has this name; `MODEL_BROKEN` if its bundle cannot be used
   */
  find(name: string): Promise<CatalogEntry>;
  /** Finds the folder of a model without reading its files. @throws ServerError `MODEL_NOT_FOUND` */
  folder(name: string): Promise<string>;
}

export interface CatalogOptions {
  /** Folder whose subfolders with an `isonoise.json` are models. It need not exist. */
  readonly models: string;
  /** Folders of additional bundles. They replace models of the same name in `models`. */
  readonly bundles: readonly string[];
  readonly onBroken: (name: string, reason: unknown) => void;
}

/**
 * Creates the catalog of all bundles in `models` and `bundles`.
 *
 * @throws ServerError `SERVER_MODEL_NAME_TAKEN` if two bundles have the same name; `MODEL_NOT_FOUND` if one of
 *   `bundles` is not a bundle folder
 */
export async function createCatalog({ models, bundles, onBroken }: CatalogOptions): Promise<Catalog> {
  const named = new Map<string, string>();
  /** Paths of `bundles` as the user typed them, by name. */
  const typed = new Map<string, string>();
  for (const bundle of bundles) {
    const folder = path.resolve(bundle);
    const name = path.basename(folder);
    const other = typed.get(name);
    if (other !== undefined) {
      throw new ServerError(
        'SERVER_MODEL_NAME_TAKEN',
        `serve: ${other} and ${bundle} are both named ${name}; expected different names. Rename one folder.`,
      );
    }
    if (!(await isBundle(folder))) {
      throw new ServerError(
        'MODEL_NOT_FOUND',
        `serve: ${bundle} ${await faultOf(folder)}; expected an (unpacked) bundle folder.`,
      );
    }
    named.set(name, folder);
    typed.set(name, bundle);
  }

  async function folders(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const name of await namesIn(models)) {
      const place = await placeOf(name);
      if (place !== undefined) found.set(name, place);
    }
    return new Map([...found, ...named]);
  }

  async function placeOf(name: string): Promise<string | undefined> {
    if (named.has(name)) return named.get(name);
    // The name must be a single, visible path segment, so that the result stays inside the folder.
    if (!isBundlePath(name) || name.includes('/') || name.startsWith('.')) return undefined;
    const place = path.resolve(models, name);
    const found = await lstat(place).catch(() => undefined);
    // Symbolic links are not followed: they could lead out of the folder.
    return found?.isDirectory() === true && (await isBundle(place)) ? place : undefined;
  }

  async function folder(name: string): Promise<string> {
    const place = await placeOf(name);
    if (place !== undefined) return place;
    const names = [...(await folders()).keys()].sort().join(', ');
    throw new ServerError(
      'MODEL_NOT_FOUND',
      names === ''
        ? `model is ${JSON.stringify(name)}, but the server has no models. Put a bundle into ${models}.`
        : `model is ${JSON.stringify(name)}; expected one of: ${names}.`,
    );
  }

  /** Entries by name, one for each bundle that was read or is being read. */
  const read = new Map<string, { readonly version: string; readonly entry: Promise<CatalogEntry> }>();
  const seen = new Map<string, { readonly entry: Promise<CatalogEntry>; readonly at: number }>();

  async function entryOf(name: string, place: string): Promise<CatalogEntry> {
    const version = await versionOf(place);
    const known = read.get(name);
    if (known?.version === version) return known.entry;
    // Concurrent callers share one read: reading a large model takes seconds and as much memory as its size.
    const entry = readEntry(name, place, version);
    read.set(name, { version, entry });
    // A failure is removed, because a file may be repaired without a change of the manifest.
    entry.catch(() => {
      if (read.get(name)?.entry === entry) read.delete(name);
    });
    return entry;
  }

  async function entryNamed(name: string): Promise<CatalogEntry> {
    const place = await folder(name);
    return entryOf(name, place).catch((cause: unknown) => {
      throw modelBroken(name, cause);
    });
  }

  return {
    folder,
    async list() {
      const entries: CatalogEntry[] = [];
      for (const [name, place] of [...(await folders())].sort(([a], [b]) => (a < b ? -1 : 1))) {
        await entryOf(name, place).then(
          (entry) => entries.push(entry),
          (reason: unknown) => onBroken(name, reason),
        );
      }
      return entries;
    },
    find(name) {
      const last = seen.get(name);
      if (last !== undefined && performance.now() - last.at < SEEN_MS) return last.entry;
      const entry = entryNamed(name);
      seen.set(name, { entry, at: performance.now() });
      // A failure is removed, so that the next call retries. Waiting callers get the error.
      entry.catch(() => seen.delete(name));
      return entry;
    },
  };
}

/** The manifest is written last, so its time and size identify the version of the bundle. */
async function versionOf(folder: string): Promise<string> {
  const { mtimeNs, size } = await stat(path.join(folder, BUNDLE_PATHS.manifest), { bigint: true });
  return `${folder}@${mtimeNs}-${size}`;
}

async function readEntry(name: string, folder: string, version: string): Promise<CatalogEntry> {
  const files = nodeFiles(folder);
  const bytes = await files.read(BUNDLE_PATHS.manifest);
  const manifest = parseManifest(bytes);
  const { scheduler: at } = BUNDLE_PATHS;
  const scheduler = parseSchedulerConfig(parseJsonObject(await files.read(at), at, 'python'), at);
  const onnx = await files.read(BUNDLE_PATHS.onnx);
  return {
    name,
    folder,
    version,
    spec: specOfManifest(manifest, scheduler, onnx),
    sha256: manifest.files[BUNDLE_PATHS.onnx]?.sha256 ?? (await sha256Hex(onnx)),
    seal: manifest.sha256,
    flops: networkFlops(onnx, manifest.image),
    bytes: Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, bytes.length),
  };
}

async function isBundle(folder: string): Promise<boolean> {
  const found = await stat(path.join(folder, BUNDLE_PATHS.manifest)).catch(() => undefined);
  return found?.isFile() === true && isBundlePath(path.basename(folder));
}

/** Returns the reason why a given folder is not a bundle. */
async function faultOf(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return 'does not exist';
  return found.isDirectory() ? `contains no ${BUNDLE_PATHS.manifest}` : 'is not a folder';
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
