import type { BrowserContext, Page } from 'playwright-core';

/** Has every page of a visitor note how long its own thread is kept at a stretch (W3C Long Tasks), from its start on. */
export async function watchLongTasks(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    globalThis.longTasks = [];
    globalThis.longTaskObserver = new PerformanceObserver((list) => longTasks.push(...list.getEntries()));
    longTaskObserver.observe({ type: 'longtask', buffered: true });
  `);
}

/** Milliseconds of each task since it was last asked; browsers tell of those of more than 50. */
export function takeLongTasks(page: Page): Promise<readonly number[]> {
  return page.evaluate<readonly number[]>(`(async () => {
    // The task that asks is not over yet, and the entry of the one before may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 100));
    longTasks.push(...longTaskObserver.takeRecords());
    return longTasks.splice(0).map(({ duration }) => duration);
  })()`);
}
