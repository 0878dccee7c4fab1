import type { BrowserContext, Page } from 'playwright-core';

/**
 * Makes every page of a visitor record the times for which the page's own thread is blocked (W3C Long
 * Tasks), from the start of the page.
 */
export async function watchLongTasks(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    globalThis.longTasks = [];
    globalThis.longTaskObserver = new PerformanceObserver((list) => longTasks.push(...list.getEntries()));
    longTaskObserver.observe({ type: 'longtask', buffered: true });
  `);
}

/** Returns the milliseconds of each task since the last call; browsers report tasks of more than 50 ms. */
export function takeLongTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate<readonly number[]>(`(async () => {
    // The entry of the previous task may not have arrived yet.
    await new Promise((resolve) => setTimeout(resolve, 100));
    longTasks.push(...longTaskObserver.takeRecords());
    return longTasks.splice(0).map(({ duration }) => duration);
  })()`);
}
