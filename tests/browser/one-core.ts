import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';

/** Script that makes a page see a device with one core. */
const ONE_CORE = `Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => 1 });`;

/**
 * Creates a visitor whose pages see one core, so that they draw on one thread. With more cores, a page opens the model up
 * to three times at the first visit to measure how many threads are fastest. page-sample.test.ts, page-tasks.test.ts and
 * runtime-web.test.ts draw on several threads.
 */
export async function oneCoreVisitor(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  await context.addInitScript(ONE_CORE);
  return context;
}
