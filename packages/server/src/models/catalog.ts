import { readdir, stat } from 'node:fs/promises';
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
import { ServerError } from '../server-error.ts';

/** A bundle that the server knows of. */
export interface CatalogEntry {
  /** What requests call it: its folder's name. */
  readonly name: string;
  readonly folder: string;
  /** Another one whenever the bundle was written anew. */
  readonly version: string;
  readonly spec: ModelSpec;
  /** Of all its files. */
  readonly bytes: number;
}

/** Which models there are; looked for anew each time, so that an export shows up at once. */
export interface Catalog {
  /** In order of name. A folder that holds a broken bundle is left out and reported. */
  list(): Promise<readonly CatalogEntry[]>;
  /** @throws ServerError `MODEL_NOT_FOUND`, `MODEL_BROKEN` */
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

/** @throws ServerError `MODEL_NAME_TAKEN` two bundles of one name; `MODEL_NOT_FOUND` a bundle that is none */
export async function createCatalog({ models, bundles, onBroken }: CatalogOptions): Promise<Catalog> {
  const named = new Map<string, string>();
  for (const bundle of bundles) {
    const folder = path.resolve(bundle);
    const name = path.basename(folder);
    const other = named.get(name);
    if (other !== undefined) {
      throw new ServerError(
        'MODEL_NAME_TAKEN',
        `serve: ${other} and ${folder} are both named ${name}; rename one.`,
      );
    }
    if (!(await isBundle(folder))) {
      throw new ServerError(
        'MODEL_NOT_FOUND',
        `serve: ${folder} holds no ${BUNDLE_PATHS.manifest}; wanted a bundle.`,
      );
    }
    named.set(name, folder);
  }

  /** Links are passed over: they could lead anywhere. */
  async function folders(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const entry of await entriesOf(models)) {
      const folder = path.resolve(models, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && (await isBundle(folder))) {
        found.set(entry.name, folder);
      }
    }
    return new Map([...found, ...named]);
  }

  async function folder(name: string): Promise<string> {
    const known = await folders();
    const found = known.get(name);
    if (found !== undefined) return found;
    const names = [...known.keys()].sort().join(', ') || `none; put a bundle into ${path.resolve(models)}`;
    throw new ServerError('MODEL_NOT_FOUND', `model is ${JSON.stringify(name)}; there are: ${names}.`);
  }

  return {
    folder,
    async list() {
      const entries: CatalogEntry[] = [];
      for (const [name, place] of [...(await folders())].sort(([a], [b]) => (a < b ? -1 : 1))) {
        await readEntry(name, place).then(
          (entry) => entries.push(entry),
          (reason: unknown) => onBroken(name, reason),
        );
      }
      return entries;
    },
    async find(name) {
      const place = await folder(name);
      return readEntry(name, place).catch((cause: unknown) => {
        throw new ServerError('MODEL_BROKEN', `model ${name}: ${String(cause)}`, { cause });
      });
    },
  };
}

async function readEntry(name: string, folder: string): Promise<CatalogEntry> {
  const { mtimeMs, size } = await stat(path.join(folder, BUNDLE_PATHS.manifest));
  const files = nodeFiles(folder);
  const manifest = parseManifest(await files.read(BUNDLE_PATHS.manifest));
  const { scheduler: at } = BUNDLE_PATHS;
  const scheduler = parseSchedulerConfig(parseJsonObject(await files.read(at), at), at);
  const { image, dataRange, classes } = manifest;
  return {
    name,
    folder,
    version: `${folder}@${mtimeMs}`,
    spec: { name: manifest.name, image, dataRange, scheduler, classes },
    bytes: Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, size),
  };
}

async function isBundle(folder: string): Promise<boolean> {
  const found = await stat(path.join(folder, BUNDLE_PATHS.manifest)).catch(() => undefined);
  return found?.isFile() === true && isBundlePath(path.basename(folder));
}

async function entriesOf(folder: string): Promise<Awaited<ReturnType<typeof listFolder>>> {
  return listFolder(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

function listFolder(folder: string) {
  return readdir(folder, { withFileTypes: true });
}
