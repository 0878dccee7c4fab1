import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelList } from '@isonoise/api';
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
 * Writes a static site that draws with chosen models. It consists of the built page, the bundles, and a list of the
 * bundles. Any file host can serve it from any folder.
 *
 * @throws `SITE_USAGE` if the page is not built, `out` contains other files, two models have the same name, or, with
 *   `wasmOnly`, a file is larger than {@link HOST_LIMIT}; other errors as in `createServer`
 */
export async function buildSite({ page, models, out, wasmOnly, isolate }: SiteOptions): Promise<Site> {
  await requireOwnFolder(out);
  const html = await readFile(path.join(page, 'index.html'), 'utf8').catch(() => {
    throw scriptError(
      'SITE_USAGE',
      `site: ${page} has no index.html; expected the built page. Run pnpm build.`,
    );
  });
  const list = await listOf(models);
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await copyPage(page, out, wasmOnly);
  const words = ['static', ...(wasmOnly ? [] : ['webgpu']), ...(isolate ? ['isolate'] : [])].join(' ');
  await writeFile(
    path.join(out, 'index.html'),
    html.replace('<head>', `<head>\n    <meta name="isonoise-site" content="${words}" />`),
  );
  if (!isolate) await replaceIn(path.join(out, 'service-worker.js'), 'ISOLATES = true', 'ISOLATES = false');
  for (const [i, { url }] of list.models.entries())
    await cp(models[i] ?? '', path.join(out, url), { recursive: true });
  await writeFile(path.join(out, 'models', 'index.json'), JSON.stringify(list));
  await writeFile(path.join(out, MARK), '{}\n');
  const files = await sizesOf(out);
  const large = [...files].filter(([, bytes]) => bytes > HOST_LIMIT);
  if (wasmOnly && large.length > 0) {
    const names = large.map(([name, bytes]) => `${name} (${(bytes / 1e6).toFixed(1)} MB)`).join(', ');
    throw scriptError(
      'SITE_USAGE',
      `site: files larger than ${HOST_LIMIT / 1e6} MB: ${names}; expected smaller files. Export the model with --precision int8 or fp16.`,
    );
  }
  return { files };
}

/** Lists models as `GET /v1/models` does, in the order of their folders. */
async function listOf(models: readonly string[]): Promise<ModelList> {
  const summaries = [];
  for (const model of models) {
    const server = await serve(await createServer({ bundles: [model] }), { port: 0 });
    try {
      const { models: found } = (await (await fetch(`${server.url}v1/models`)).json()) as ModelList;
      // The server also lists the models of its working folder.
      const first = found.find(({ name }) => name === path.basename(path.resolve(model)));
      if (first === undefined)
        throw scriptError('SITE_USAGE', `site: ${model} is not a model; expected the folder of a bundle.`);
      summaries.push({ ...first, url: `models/${first.name}/` });
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

async function replaceIn(file: string, before: string, after: string): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replace(before, after));
}

async function requireOwnFolder(out: string): Promise<void> {
  const names: readonly string[] = await readdir(out).catch(() => []);
  if (names.length === 0 || names.includes(MARK)) return;
  throw scriptError(
    'SITE_USAGE',
    `site: --out ${out} contains other files, such as ${names[0]}; expected a new folder or an earlier site. Choose another folder.`,
  );
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
