import {
  access,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import type { ModelList } from '@isonoise/api';
import { BUNDLE_PATHS } from '@isonoise/bundle';
import { codeOf } from '@isonoise/error';
import { createServer, serve } from '@isonoise/server';
import { scriptError } from '../script-error.ts';

export interface SiteOptions {
  /** Folder of the built page. */
  readonly page: string;
  /** Folders of models. */
  readonly models: readonly string[];
  /** Folder for the site. It must be new, be empty, or contain an earlier site. */
  readonly out: string;
  /** Whether to leave out the files of WebGPU. */
  readonly wasmOnly: boolean;
  /** Whether the service worker isolates the page, so that WebAssembly can use threads. */
  readonly isolate: boolean;
}

/** A written site. */
export interface Site {
  /** Files by path, with their sizes in bytes. */
  readonly files: ReadonlyMap<string, number>;
}

/** Maximum size of a file on many hosts, in bytes. */
export const HOST_LIMIT = 25e6;

/** Files that only WebGPU needs. */
const WEBGPU = /asyncify|webgpu/;
/** Compressed copies of files. Only our server uses them, because other hosts compress files themselves. */
const COPY = /\.(br|gz)$/;
/** File that marks a folder as a site. */
const MARK = 'isonoise-site.json';

/**
 * Writes a static site that draws with chosen models. The site consists of the built page, the bundles, and a list of
 * the bundles. Any file host can serve it from any folder. The site is written beside `out` and replaces an earlier
 * site when it is complete.
 *
 * @throws `SITE_USAGE` if the page is not built, `out` contains other files or one of the models, a model is not a
 *   bundle folder, two models have the same name, or, with `wasmOnly`, a file is larger than {@link HOST_LIMIT}; other
 *   errors as in `createServer`. In all cases an earlier site is kept.
 */
export async function buildSite(options: SiteOptions): Promise<Site> {
  const named = path.resolve(options.out);
  // If the folder is a link, its target is replaced and the link is kept.
  const out = await realpath(named).catch(() => named);
  await requireOwnFolder(out, options.models);
  await mkdir(path.dirname(out), { recursive: true });
  const beside = await mkdtemp(`${out}-`);
  const fresh = path.join(beside, 'site');
  try {
    await writeSite(options, fresh);
    const files = await sizesOf(fresh);
    if (options.wasmOnly) requireSmall(files);
    await swap(fresh, out, path.join(beside, 'earlier'));
    return { files };
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/**
 * Moves an earlier site aside, and the new site to its place. If the second move fails, moves the earlier site back.
 */
async function swap(fresh: string, out: string, aside: string): Promise<void> {
  const isThere = await rename(out, aside).then(
    () => true,
    (cause: unknown) => {
      if (codeOf(cause) === 'ENOENT') return false;
      throw cause;
    },
  );
  try {
    await rename(fresh, out);
  } catch (cause) {
    if (isThere) await rename(aside, out);
    throw cause;
  }
}

async function writeSite({ page, models, wasmOnly, isolate }: SiteOptions, folder: string): Promise<void> {
  const html = await readFile(path.join(page, 'index.html'), 'utf8').catch(() => {
    throw scriptError(
      'SITE_USAGE',
      `site: ${page} has no index.html; expected the built page. Run pnpm build.`,
    );
  });
  const list = await listOf(models);
  await mkdir(folder, { recursive: true });
  await copyPage(page, folder, wasmOnly);
  const words = ['static', ...(wasmOnly ? [] : ['webgpu']), ...(isolate ? ['isolate'] : [])].join(' ');
  const meta = `<head>\n    <meta name="isonoise-site" content="${words}" />`;
  await writeFile(path.join(folder, 'index.html'), replaced(html, '<head>', meta));
  if (!isolate) {
    const worker = path.join(folder, 'service-worker.js');
    await writeFile(worker, replaced(await readFile(worker, 'utf8'), 'ISOLATES = true', 'ISOLATES = false'));
  }
  for (const [i, { name }] of list.models.entries())
    await cp(models[i] ?? '', path.join(folder, 'models', name), { recursive: true, dereference: true });
  await writeFile(path.join(folder, 'models', 'index.json'), JSON.stringify(list));
  await writeFile(path.join(folder, MARK), '{}\n');
}

/** @throws `SITE_USAGE` if a file is larger than {@link HOST_LIMIT} */
function requireSmall(files: ReadonlyMap<string, number>): void {
  const large = [...files].filter(([, bytes]) => bytes > HOST_LIMIT);
  if (large.length === 0) return;
  const names = large.map(([name, bytes]) => `${name} (${(bytes / 1e6).toFixed(1)} MB)`).join(', ');
  throw scriptError(
    'SITE_USAGE',
    `site: files larger than ${HOST_LIMIT / 1e6} MB: ${names}; expected smaller files. Export the model with --precision int8 or fp16.`,
  );
}

/** Lists models as `GET /v1/models` does, in the order of their folders. */
async function listOf(models: readonly string[]): Promise<ModelList> {
  const summaries = [];
  for (const model of models) {
    await access(path.join(model, BUNDLE_PATHS.manifest)).catch(() => {
      throw notModel(model);
    });
    const server = await serve(await createServer({ bundles: [model] }), { port: 0 });
    try {
      const { models: found } = (await (await fetch(`${server.url}v1/models`)).json()) as ModelList;
      // The server also lists the models of its working folder.
      const first = found.find(({ name }) => name === path.basename(path.resolve(model)));
      if (first === undefined) throw notModel(model);
      summaries.push(first);
    } finally {
      await server.stop(0);
    }
  }
  const names = summaries.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return { models: summaries };
  throw scriptError(
    'SITE_USAGE',
    `site: two models are named ${twice}; expected different names. Rename a folder.`,
  );
}

async function copyPage(page: string, out: string, wasmOnly: boolean): Promise<void> {
  const names = new Set(await readdir(path.join(page, 'assets')));
  const isCopy = (name: string): boolean => COPY.test(name) && names.has(name.replace(COPY, ''));
  const kept = [...names].filter((name) => !isCopy(name) && !(wasmOnly && WEBGPU.test(name)));
  await mkdir(path.join(out, 'assets'));
  for (const name of kept) await cp(path.join(page, 'assets', name), path.join(out, 'assets', name));
  await cp(path.join(page, 'service-worker.js'), path.join(out, 'service-worker.js'));
}

/** Replaces a text of the built page. @throws Error if the page does not contain the text */
function replaced(text: string, before: string, after: string): string {
  if (!text.includes(before)) throw new Error(`site: the built page lacks ${before}; expected it once.`);
  return text.replace(before, after);
}

/**
 * Requires a new folder, an empty folder, or an earlier site that contains none of the models.
 *
 * @param out path without links
 * @throws `SITE_USAGE` if the folder contains other files or one of the models, or is not a folder
 */
async function requireOwnFolder(out: string, models: readonly string[]): Promise<void> {
  const fail = (problem: string): never => {
    throw scriptError(
      'SITE_USAGE',
      `site: --out ${out} ${problem}; expected a new folder or an earlier site. Choose another folder.`,
    );
  };
  const names: readonly string[] = await readdir(out).catch((cause: unknown) =>
    codeOf(cause) === 'ENOENT' ? [] : fail('is not a folder that can be read'),
  );
  if (names.length === 0) return;
  if (!names.includes(MARK)) fail(`contains other files, such as ${names[0]}`);
  for (const model of models) {
    const inside = path.relative(out, await realpath(model).catch(() => path.resolve(model)));
    if (!inside.startsWith('..') && !path.isAbsolute(inside))
      fail(`contains the model ${model}, which would be removed`);
  }
}

async function sizesOf(folder: string): Promise<ReadonlyMap<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = new Map<string, number>();
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    sizes.set(path.relative(folder, file).split(path.sep).join('/'), (await stat(file)).size);
  }
  return sizes;
}

const notModel = (model: string): Error =>
  scriptError(
    'SITE_USAGE',
    `site: ${model} is not a model; expected the folder of a bundle. For several models, repeat --models.`,
  );
