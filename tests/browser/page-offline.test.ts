// Tests the service worker of the page behind the server of `pnpm serve`. static-site.test.ts tests it on a plain file host.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer, type Listening, serve } from '@isonoise/server';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { oneCoreVisitor } from './one-core.ts';
import { downloaded, drawn, writeTinyModel } from './page-scene.ts';

const SLOW_MS = 240_000;
const REQUEST = '#/sample?model=tiny&seed=9&count=4&sampler=unipc&steps=5';

let folder: string;
let browser: Browser;
let server: Listening;
const at = (name: string): string => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-offline-'));
  await writeTinyModel(at('tiny'));
  // A copy, which a test replaces by a new version.
  await cp(inject('page'), at('page'), { recursive: true });
  server = await serve(await createServer({ bundles: [at('tiny')], page: at('page') }), { port: 0 });
  browser = await launchChromium();
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await server?.stop(0);
  await rm(folder, { recursive: true, force: true });
});

it(
  'a page of the server reloads and draws without network, and offers a new version later',
  async () => {
    const context = await oneCoreVisitor(browser);
    const page = await context.newPage();
    await page.goto(server.url + REQUEST);
    await drawn(page);
    const png = await downloaded(page, 'PNG');
    await page.locator('html[data-offline=ready]').waitFor({ timeout: 60_000 });
    await page.reload();
    await drawn(page);
    await context.setOffline(true);
    await page.reload();
    await drawn(page);
    expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    expect(await downloaded(page, 'PNG')).toEqual(png);
    await context.setOffline(false);

    expect(await page.getByText('There is a new version of this page').count()).toBe(0);
    const worker = await readFile(at('page/service-worker.js'), 'utf8');
    await writeFile(
      at('page/service-worker.js'),
      worker.replace(/const VERSION = '[^']+'/, "const VERSION = 'next'"),
    );
    for (const extension of ['br', 'gz'])
      await rm(at(`page/service-worker.js.${extension}`), { force: true });
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
    await page.getByText('There is a new version of this page').waitFor();
    await page.getByRole('button', { name: 'New version: reload' }).click();
    await page.getByText('There is a new version of this page').waitFor({ state: 'detached' });
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(png);
    // The files of the former version are removed once those of the new one are kept.
    const caches = (): Promise<readonly string[]> => page.evaluate('caches.keys()');
    await expect.poll(caches).toEqual(['isonoise-facts', 'isonoise-next']);
    await context.close();
  },
  SLOW_MS,
);
