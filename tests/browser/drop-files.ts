import type { Locator } from 'playwright-core';

/**
 * Drops files and folders as a file manager does. The browser itself creates the `DataTransfer` and its entries.
 *
 * @param at element that receives the drop, at its middle
 * @param paths absolute paths
 */
export async function dropFiles(at: Locator, paths: readonly string[]): Promise<void> {
  await at.scrollIntoViewIfNeeded();
  const box = await at.boundingBox();
  if (box === null) throw new Error('dropFiles: the element is not visible; expected a visible one.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const page = at.page();
  const session = await page.context().newCDPSession(page);
  // Chrome DevTools Protocol, Input.dispatchDragEvent; 1 is the operation "copy".
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y, data });
  }
  await session.detach();
}
