import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ModelSpec, toSchedulerConfig, writeBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { createServer, type Listening, serve } from '@isonoise/server';
import type { Browser, BrowserContext, BrowserContextOptions, Download, Page } from 'playwright-core';
import { inject } from 'vitest';
import { convDenoiser } from '../../packages/runtime-node/testdata/conv-denoiser.ts';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { type StaticServer, serveFolders } from '../../scripts/lab/static-server.ts';
import { oneCoreVisitor } from './one-core.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const SHIPPED = path.join(REPOSITORY, 'models', 'mnist');

/** A small model that any device runs fast: colour images that are not square, without classes. */
export const TINY: ModelSpec = {
  name: 'tiny',
  image: { channels: 3, height: 6, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};

interface TinyOptions {
  /** Default: the name of {@link TINY}. */
  readonly name?: string;
  /** Depth of the network; each depth draws different images. Default 1. */
  readonly depth?: number;
  readonly image?: ModelSpec['image'];
  /** Colours that the model records for its training images, as `#rrggbbaa`. Default: none. */
  readonly palette?: readonly string[];
}

/** Writes a model such as {@link TINY} into a folder. */
export async function writeTinyModel(
  folder: string,
  { name = TINY.name, depth = 1, image = TINY.image, palette }: TinyOptions = {},
): Promise<void> {
  const spec = { ...TINY, name, image };
  const networkConfig = { sample_size: [image.height, image.width], in_channels: 3, out_channels: 3 };
  const onnx = convDenoiser({ spec, width: 8, depth });
  const training = palette === undefined ? {} : { look: { palette: [...palette], asymmetry: 1 } };
  await writeBundle(nodeFiles(folder), { spec, networkConfig, onnx, training });
}

/**
 * A request for the shipped model with few images and steps, so that tests stay short. Values in [-1, 1] differ by up
 * to 2.3e-6 between kernels. With this seed every value is at least 9.1e-6 from the boundary between two 8-bit
 * levels, so the pictures are equal.
 */
export const SMALL_REQUEST = {
  seed: '136',
  count: '4',
  class: '3',
  guidance: '2',
  steps: '10',
} as const;

/** The built page behind the real server, and a Chromium that opens the page. */
export class PageScene {
  #folder = '';
  #server: Listening | undefined;
  #locked: Listening | undefined;
  #plain: StaticServer | undefined;
  #browser: Browser | undefined;

  async open(): Promise<void> {
    this.#folder = await mkdtemp(path.join(tmpdir(), 'isonoise-page-models-'));
    await this.exportTinyModel();
    // Only this shipped model is copied, because tests choose the first model of the list and count its classes.
    await cp(SHIPPED, path.join(this.#models, 'mnist'), { recursive: true });
    const server = await createServer({
      models: this.#models,
      page: inject('page'),
      bundles: [this.tinyModel],
    });
    this.#server = await serve(server, { port: 0 });
    // Resolves `*.test` to this machine, as DNS rebinding does. Browsers do not treat such an origin as secure.
    this.#browser = await launchChromium({ flags: ['--host-resolver-rules=MAP *.test 127.0.0.1'] });
  }

  /** Address of the server, with a trailing slash. */
  get url(): string {
    return this.#server?.url ?? '';
  }

  /** Folder of the shipped model that the server serves. */
  get #models(): string {
    return path.join(this.#folder, 'models');
  }

  /** Folder of the model {@link TINY}, which the server serves beside the shipped one. */
  get tinyModel(): string {
    return path.join(this.#folder, TINY.name);
  }

  /** Writes {@link TINY}, or overwrites it while the server serves it. */
  async exportTinyModel(options: TinyOptions = {}): Promise<void> {
    await writeTinyModel(this.tinyModel, options);
  }

  /** Opens the Sample tab and waits until it can be used. */
  async openSample(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${this.url}#/sample`);
    await page
      .getByRole('button', { name: 'Generate', disabled: false })
      .or(page.getByRole('button', { name: 'Cancel', disabled: false }))
      .first()
      .waitFor();
    return page;
  }

  /** Opens a tab and waits until it is loaded. */
  async openTab(context: BrowserContext, tab: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${this.url}#/${tab}`);
    await page.locator('[role=tabpanel]:visible .card').first().waitFor();
    return page;
  }

  /** Returns the address of a server whose API requires a key. */
  async lockedUrl(apiKey: string): Promise<string> {
    if (this.#locked === undefined) {
      const server = await createServer({ models: this.#models, page: inject('page'), apiKey });
      this.#locked = await serve(server, { port: 0 });
    }
    return this.#locked.url;
  }

  /**
   * Returns the address of the page on a server without HTTPS, without isolation headers, and without an API.
   */
  async plainUrl(): Promise<string> {
    this.#plain ??= await serveFolders({ folders: { '/': inject('page') }, isolated: false });
    return `${this.#plain.url.replace('127.0.0.1', 'plain.test')}/`;
  }

  /**
   * Creates a visitor with separate storage, whose pages see one core. Service workers are blocked, because they hide
   * requests from tests.
   */
  visitor(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    return oneCoreVisitor(this.#opened, { serviceWorkers: 'block', ...options });
  }

  /** Creates a visitor whose pages see all cores of this machine. */
  visitorOnAllCores(): Promise<BrowserContext> {
    return this.#opened.newContext({ acceptDownloads: true, serviceWorkers: 'block' });
  }

  get #opened(): Browser {
    if (this.#browser === undefined) throw new Error('PageScene: call open first.');
    return this.#browser;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#plain?.close();
    await this.#locked?.stop(0);
    await this.#server?.stop(0);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Fills in the form with {@link SMALL_REQUEST}; `fields` override its values. */
export async function fillRequest(
  page: Page,
  fields: Partial<Record<keyof typeof SMALL_REQUEST, string>> = {},
): Promise<void> {
  const expected: Record<keyof typeof SMALL_REQUEST, string> = { ...SMALL_REQUEST, ...fields };
  const panel = page.locator('form.request-panel:visible');
  await panel.getByLabel('Class', { exact: true }).selectOption(expected.class);
  await panel.getByLabel('Seed', { exact: true }).fill(expected.seed);
  await panel.getByLabel('Images').fill(expected.count);
  await panel.getByLabel('Steps', { exact: true }).fill(expected.steps);
  await panel.getByLabel('Guidance').fill(expected.guidance);
}

export function press(page: Page, name: string | RegExp): Promise<void> {
  return page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).click();
}

/** Waits until a drawing is done. @throws Error with the page's error message */
export async function drawn(page: Page): Promise<void> {
  const done = page.getByRole('button', { name: 'PNG', exact: true });
  const error = page.getByRole('alert').first();
  await done.or(error).first().waitFor({ timeout: 120_000 });
  if (await error.isVisible()) throw new Error((await error.textContent()) ?? 'an error without a message');
}

/** Presses a button and returns the bytes that it downloads. */
export async function downloaded(page: Page, name: string | RegExp): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent('download') as Promise<Download>,
    press(page, name),
  ]);
  return readFile(await download.path());
}

/** Saves a screenshot for inspection: `out/screenshots/<name>.png`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = path.join(REPOSITORY, 'out', 'screenshots');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}
