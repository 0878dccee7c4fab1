import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  BUNDLE_PATHS,
  isBundlePath,
  type ModelSpec,
  parseJsonObject,
  parseManifest,
  parseSchedulerConfig,
} from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { ServerError } from '../errors.ts';
import { modelBroken } from './model-broken.ts';
import { networkFlops } from './network-cost.ts';

/** A bundle that the server knows of. */
export interface CatalogEntry {
  /** What requests call it: its folder's name. */
  readonly name: string;
  readonly folder: string;
  /** Another one whenever the bundle was written anew. */
  readonly version: string;
  readonly spec: ModelSpec;
  /** Floating-point operations of one image through the network. */
  readonly flops: number;
  /** Of all its files. */
  readonly bytes: number;
}

/** So long does `find` believe what it saw last: under load every request would wait for the disk, three times. */
const SEEN_MS = 250;

/** Which models there are; looked for anew, so that an export shows up by itself. */
export interface Catalog {
  /** In order of name. A folder that holds a broken bundle is left out and reported. */
  list(): Promise<readonly CatalogEntry[]>;
  /** As it was at most {@link SEEN_MS} ago. @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN` */
  find(name: string): Promise<CatalogEntry>;
  /** The folder alone, without a look at what it holds. @throws ServerError `MODEL_NOT_FOUND` */
  folder(name: string): Promise<string>;
}

export interface CatalogOptions {
  /** Every folder in here that holds an `isonoise.json` is a model; it need not exist. */
  readonly models: string;
  /** Further bundles. One of the same name as a model in `models` stands in its place. */
  readonly bundles: readonly string[];
  readonly onBroken: (name: string, reason: unknown) => void;
}

/** @throws ServerError `SERVER_MODEL_NAME_TAKEN` two bundles of one name; `MODEL_NOT_FOUND` a bundle that is none */
export async function createCatalog({ models, bundles, onBroken }: CatalogOptions): Promise<Catalog> {
  const named = new Map<string, string>();
  for (const bundle of bundles) {
    const folder = path.resolve(bundle);
    const name = path.basename(folder);
    const other = named.get(name);
    if (other !== undefined) {
      throw new ServerError(
        'SERVER_MODEL_NAME_TAKEN',
        `serve: ${other} and ${folder} are both named ${name}; rename one.`,
      );
    }
    if (!(await isBundle(folder))) {
      throw new ServerError(
        'MODEL_NOT_FOUND',
        `serve: ${folder} is no folder with ${BUNDLE_PATHS.manifest} in it; wanted that of a bundle, a .zip unpacked.`,
      );
    }
    named.set(name, folder);
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
    // One part of a path, and not a hidden one: it stays in the folder.
    if (!isBundlePath(name) || name.includes('/') || name.startsWith('.')) return undefined;
    const place = path.resolve(models, name);
    const found = await lstat(place).catch(() => undefined);
    // A link could lead anywhere.
    return found?.isDirectory() === true && (await isBundle(place)) ? place : undefined;
  }

  async function folder(name: string): Promise<string> {
    const place = await placeOf(name);
    if (place !== undefined) return place;
    const names = [...(await folders()).keys()].sort().join(', ');
    throw new ServerError(
      'MODEL_NOT_FOUND',
      `model is ${JSON.stringify(name)}; there are: ${names || `none; put a bundle into ${path.resolve(models)}`}.`,
    );
  }

  /** What was read of each bundle, or is being read; every request asks for one. */
  const read = new Map<string, { readonly version: string; readonly entry: Promise<CatalogEntry> }>();
  const seen = new Map<string, { readonly entry: Promise<CatalogEntry>; readonly at: number }>();

  async function entryOf(name: string, place: string): Promise<CatalogEntry> {
    const version = await versionOf(place);
    const known = read.get(name);
    if (known?.version === version) return known.entry;
    // Once, however many ask meanwhile: a large model takes seconds, and its size in memory.
    const entry = readEntry(name, place, version);
    read.set(name, { version, entry });
    // What failed is read again: a file may be mended while the manifest stays.
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
      // What failed is looked for again; whoever waits for it is told why.
      entry.catch(() => seen.delete(name));
      return entry;
    },
  };
}

/** The manifest is written last. */
async function versionOf(folder: string): Promise<string> {
  const { mtimeNs, size } = await stat(path.join(folder, BUNDLE_PATHS.manifest), { bigint: true });
  return `${folder}@${mtimeNs}-${size}`;
}

async function readEntry(name: string, folder: string, version: string): Promise<CatalogEntry> {
  const files = nodeFiles(folder);
  const bytes = await files.read(BUNDLE_PATHS.manifest);
  const manifest = parseManifest(bytes);
  const { scheduler: at } = BUNDLE_PATHS;
  const scheduler = parseSchedulerConfig(parseJsonObject(await files.read(at), at), at);
  const { image, dataRange, classes } = manifest;
  return {
    name,
    folder,
    version,
    spec: { name: manifest.name, image, dataRange, scheduler, classes },
    flops: await networkFlops(files, image),
    bytes: Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, bytes.length),
  };
}

async function isBundle(folder: string): Promise<boolean> {
  const found = await stat(path.join(folder, BUNDLE_PATHS.manifest)).catch(() => undefined);
  return found?.isFile() === true && isBundlePath(path.basename(folder));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
