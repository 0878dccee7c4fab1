import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const MB = 1e6;

/**
 * Measures the private memory of the process in which a page and its workers run, WebAssembly included,
 * as Linux counts it. (Proportional set size would add a part of shared libraries.)
 *
 * @returns a function that collects garbage and returns megabytes
 */
export async function rendererMemory(page: Page): Promise<() => Promise<number>> {
  const browser = page.context().browser();
  if (browser === null) throw new Error('rendererMemory: the page does not belong to a browser.');
  const session = await page.context().newCDPSession(page);
  return async () => {
    await session.send('HeapProfiler.collectGarbage');
    const cdp = await browser.newBrowserCDPSession();
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    await cdp.detach();
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    const sizes = await Promise.all(renderers.map(({ id }) => privateMemory(id)));
    return sizes.reduce((sum, size) => sum + size, 0) / MB;
  };
}

/** Returns bytes of private memory: resident less shared pages of `/proc/<id>/statm`, see proc(5). */
async function privateMemory(id: number): Promise<number> {
  const [, resident = 0, shared = 0] = (await readFile(`/proc/${id}/statm`, 'utf8')).split(' ').map(Number);
  return (resident - shared) * 4096;
}
