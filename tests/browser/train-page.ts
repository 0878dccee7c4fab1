import { type Metrics, parseMetrics } from '@isonoise/train';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { inject } from 'vitest';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { type StaticServer, serveFolders } from '../../scripts/lab/static-server.ts';
import { inStorage } from './indexed-db.ts';

/** Database in which the page stores its runs. */
const RUNS = 'isonoise-training';

/** Values for the form of the Train tab; other fields keep their values. */
export interface TrainFields {
  readonly steps?: number;
  readonly batchSize?: number;
  readonly channels?: string;
  readonly threads?: number;
  readonly seed?: number;
}

/** The built page, and a Chromium that opens the page. */
export class TrainScene {
  #server: StaticServer | undefined;
  #browsers: Browser[] = [];

  async serve(): Promise<void> {
    this.#server = await serveFolders({ folders: { '/': inject('page') }, isolated: true });
  }

  /** Opens a browser without earlier runs. */
  async visit(options: { readonly webgpu?: boolean } = {}): Promise<BrowserContext> {
    const browser = await launchChromium(options);
    this.#browsers.push(browser);
    return browser.newContext({ acceptDownloads: true });
  }

  /** Opens the Train tab in a new page. */
  async open(context: BrowserContext): Promise<TrainPage> {
    const page = await context.newPage();
    await page.goto(`${this.#server?.url}/#/train`);
    return new TrainPage(page);
  }

  async close(): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()));
    await this.#server?.close();
  }
}

/** The Train tab, operated through its controls. */
export class TrainPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async fill({ steps, batchSize, channels, threads, seed }: TrainFields): Promise<void> {
    const { page } = this;
    await page.getByText('Network, seed and device').click();
    const fields = [
      ['Number of steps', steps],
      ['Images per step', batchSize],
      ['Channels, finest level first', channels],
      ['Threads', threads],
      ['Seed', seed],
    ] as const;
    for (const [label, value] of fields) {
      if (value !== undefined) await page.getByLabel(label, { exact: true }).fill(String(value));
    }
  }

  /** Chooses a radio button. */
  choose(name: string): Promise<void> {
    return this.page.getByRole('radio', { name, exact: true }).check();
  }

  click(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Waits for a text. @throws Error with the page's error message */
  async see(text: string | RegExp): Promise<void> {
    const found = this.page.getByText(text).first();
    await found.or(this.error).first().waitFor({ timeout: 120_000 });
    if (await this.error.isVisible()) throw new Error(`the page says: ${await this.error.textContent()}`);
  }

  get error(): Locator {
    return this.page.getByRole('alert').first();
  }

  /** Reads a run's metrics from the browser's storage. */
  async metrics(run: string): Promise<readonly Metrics[]> {
    const bytes = await this.stored(`${run}/metrics.jsonl`);
    return parseMetrics(new TextDecoder().decode(bytes));
  }

  async record(run: string): Promise<Record<string, unknown>> {
    return JSON.parse(new TextDecoder().decode(await this.stored(`${run}/run.json`)));
  }

  /** Returns the keys of all stored values. */
  keys(): Promise<readonly string[]> {
    return this.page.evaluate(inStorage(RUNS, 'return (await done(files.getAllKeys())).map(String)'));
  }

  private async stored(key: string): Promise<Uint8Array> {
    const values = inStorage(RUNS, `return [...(await done(files.get(${JSON.stringify(key)})))]`);
    return Uint8Array.from(await this.page.evaluate<readonly number[]>(values));
  }
}
