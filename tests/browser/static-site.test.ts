import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { type StaticServer, serveFolders } from '../../scripts/lab/static-server.ts';
import { buildSite, HOST_LIMIT, type Site } from '../../scripts/site/build-site.ts';
import { oneCoreVisitor } from './one-core.ts';
import { downloaded, drawn, screenshot, writeTinyModel } from './page-scene.ts';

const SLOW_MS = 300_000;
const FOLDER = '/some/sub/folder';
const REQUEST = { seed: '9', count: '4', sampler: 'unipc', steps: '5' };

let folder = '';
let browser: Browser;
let site: Site;
let host: StaticServer;
const at = (name: string): string => path.join(folder, name);
const address = (query = ''): string =>
  `${host.url}${FOLDER}/${query}#/sample?${new URLSearchParams({ model: 'tiny', ...REQUEST })}`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-site-'));
  browser = await launchChromium();
  await writeTinyModel(at('tiny'));
  const options = {
    page: inject('page'),
    models: [at('tiny')],
    out: at('site'),
    wasmOnly: true,
    isolate: true,
  };
  site = await buildSite(options);
  host = await serveFolders({ folders: { [FOLDER]: at('site') }, isolated: false });
  const flags = Object.entries(REQUEST).flatMap(([name, value]) => [`--${name}`, value]);
  const sample = ['sample', at('tiny'), ...flags, '--provider', 'cpu', '--out', at('node.png')];
  const { code, stderr } = await isonoise(sample);
  expect(code, stderr).toBe(0);
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  // The last test stops the host.
  await host?.close().catch(() => {});
  await rm(folder, { recursive: true, force: true });
});

const isIsolated = (page: Page): Promise<boolean> => page.evaluate('crossOriginIsolated');

describe('a static site in a folder of a plain file host', () => {
  it('has no file above the size limit of hosts, and no file for WebGPU', () => {
    expect(Math.max(...site.files.values())).toBeLessThan(HOST_LIMIT);
    const names = [...site.files.keys()];
    expect(names.filter((name) => /webgpu|asyncify|\.br$/.test(name))).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining(['index.html', 'models/index.json', 'models/tiny/isonoise.json']),
    );
  });

  it('draws the PNG of Node on one thread, and says what more threads need', {
    timeout: SLOW_MS,
  }, async () => {
    const context = await oneCoreVisitor(browser, { serviceWorkers: 'block' });
    const page = await context.newPage();
    await page.goto(address());
    await drawn(page);
    expect(await isIsolated(page)).toBe(false);
    await page.getByText('WebAssembly runs on a single thread here').waitFor();
    expect(await page.getByRole('tab').allTextContents()).not.toContain('Compare');
    expect(await downloaded(page, 'PNG')).toEqual(await readFile(at('node.png')));
    await context.close();
  });

  it('isolates itself with one reload, unless the address turns it off', { timeout: SLOW_MS }, async () => {
    const context = await oneCoreVisitor(browser);
    const page = await context.newPage();
    let loads = 0;
    page.on('load', () => loads++);
    await page.goto(address());
    await expect.poll(() => isIsolated(page)).toBe(true);
    await drawn(page);
    expect(loads).toBe(2);
    await page.goto(address('?isolation=off'));
    await drawn(page);
    expect(await isIsolated(page)).toBe(false);
    await context.close();
  });

  it('starts a new version in one tab, and in another tab after that', { timeout: SLOW_MS }, async () => {
    const context = await oneCoreVisitor(browser);
    const tabs = [await context.newPage(), await context.newPage()] as const;
    for (const page of tabs) {
      await page.goto(address());
      await expect.poll(() => isIsolated(page)).toBe(true);
      await drawn(page);
    }
    const worker = at('site/service-worker.js');
    const text = await readFile(worker, 'utf8');
    await writeFile(worker, text.replace("VERSION = '", "VERSION = 'new-"));
    await tabs[0].evaluate('navigator.serviceWorker.getRegistration().then((found) => found.update())');
    const button = (page: Page) => page.getByRole('button', { name: 'New version: reload' });
    for (const page of tabs) await button(page).waitFor();
    for (const page of tabs) {
      await Promise.all([page.waitForEvent('load'), button(page).click()]);
      await drawn(page);
      await button(page).waitFor({ state: 'detached' });
    }
    await context.close();
  });

  it('works offline after the first visit, and draws the same PNG after a reload', {
    timeout: SLOW_MS,
  }, async () => {
    const context = await oneCoreVisitor(browser);
    const page = await context.newPage();
    await page.goto(address());
    await expect.poll(() => isIsolated(page)).toBe(true);
    await drawn(page);
    await page.locator('html[data-offline=ready]').waitFor({ timeout: 60_000 });
    await host.close();
    await page.reload();
    await drawn(page);
    expect(await isIsolated(page)).toBe(true);
    expect(await downloaded(page, 'PNG')).toEqual(await readFile(at('node.png')));
    await screenshot(page, 'static-site-offline');
    await context.close();
  });
});
