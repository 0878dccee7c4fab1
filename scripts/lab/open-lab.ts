import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unpackError } from '@isonoise/error';
import type { Browser, Page } from 'playwright-core';
import { buildPage } from './build-page.ts';
import type { LabCalls, LabReply } from './calls/index.ts';
import { type ChromiumOptions, launchChromium } from './chromium.ts';
import { serveFolders } from './static-server.ts';
import { decodeValue, encodeValue } from './wire.ts';

export interface LabOptions {
  /** Whether the page is isolated from other origins, which threads require; true by default. */
  readonly isolated?: boolean;
  readonly chromium?: ChromiumOptions;
  /**
   * Folders to serve beside the page, by URL path; the repository's `models` is always served as `/models`.
   */
  readonly folders?: Readonly<Record<string, string>>;
}

/** An open page of the lab. */
export interface LabPage {
  readonly page: Page;
  /** Origin of the page, without a trailing slash. */
  readonly url: string;
  /** Errors that the page wrote to its console, and its uncaught errors. */
  readonly errors: readonly string[];
  /**
   * Runs a function in the page.
   * @throws Error with the name, message and code of the error thrown there
   */
  call<K extends keyof LabCalls>(
    name: K,
    ...args: Parameters<LabCalls[K]>
  ): Promise<Awaited<ReturnType<LabCalls[K]>>>;
}

export interface Lab extends LabPage {
  readonly browser: Browser;
  /** Opens another page of the same build in the same browser, with separate storage. */
  open(options: { readonly isolated: boolean }): Promise<LabPage>;
  close(): Promise<void>;
}

const REPOSITORY = path.resolve(import.meta.dirname, '../..');

/** Builds the lab's page for production, serves it, and opens it in Chromium. The caller must call `close`. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const { isolated = true, chromium = {}, folders = {} } = options;
  const cleanups: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  };

  async function open(browser: Browser, dist: string, isolate: boolean): Promise<LabPage> {
    const server = await serveFolders({
      folders: { '/': dist, '/models': path.join(REPOSITORY, 'models'), ...folders },
      isolated: isolate,
    });
    cleanups.push(() => server.close());
    const context = await browser.newContext();
    return openPage(await context.newPage(), server.url);
  }

  try {
    const dist = await mkdtemp(path.join(tmpdir(), 'isonoise-lab-'));
    cleanups.push(() => rm(dist, { recursive: true }));
    await buildPage(path.join(import.meta.dirname, 'page'), dist);
    const browser = await launchChromium(chromium);
    cleanups.push(() => browser.close());
    const first = await open(browser, dist, isolated);
    return { ...first, browser, open: (page) => open(browser, dist, page.isolated), close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** The global function `lab` of a page (see `page/main.ts`). */
type LabEntry = (request: string) => Promise<string>;

async function openPage(page: Page, url: string): Promise<LabPage> {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    url,
    errors,
    async call<K extends keyof LabCalls>(
      name: K,
      ...args: Parameters<LabCalls[K]>
    ): Promise<Awaited<ReturnType<LabCalls[K]>>> {
      // Look up the function in each call, because a reload replaces it.
      const lab = await page.evaluateHandle<LabEntry>('lab');
      const text = await lab.evaluate((run, request) => run(request), encodeValue([name, ...args]));
      const reply = decodeValue(text) as LabReply;
      if (!reply.ok) throw unpackError(reply.error);
      // The functions of the page have the types of `LabCalls`, so the value is a result of the function `name`.
      return reply.value as Awaited<ReturnType<LabCalls[K]>>;
    },
  };
}
