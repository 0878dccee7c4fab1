import { afterAll, beforeAll, expect, it } from 'vitest';
import { inStorage } from './indexed-db.ts';
import { PageScene, screenshot, TINY } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;
const TABS = ['sample', 'edit', 'compare', 'train', 'inspect'] as const;

const scene = new PageScene();
beforeAll(() => scene.open(), SETUP_MS);
afterAll(() => scene.close());

/**
 * Script that lists the controls that the Tab key must reach, in the page's order. Of a group of radio buttons, it
 * reaches one. It is text because the types of the tests do not include the DOM.
 */
const CONTROLS = `(() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')];
  const seen = new Set();
  return all.filter((element) => {
    if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.type !== 'radio') return true;
    const isFirst = !seen.has(element.name);
    seen.add(element.name);
    return isFirst;
  }).map((element) => element.outerHTML.slice(0, 120)).length;
})()`;

/** Script that describes the focused control; null if there is none. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  element.dataset.visited = 'yes';
  const style = getComputedStyle(element);
  const drawn = (each) => each.outlineStyle !== 'none' || each.boxShadow !== 'none';
  // The look of some inputs is drawn by the element beside them or around them.
  const around = [element.nextElementSibling, element.parentElement, element.closest('label')];
  const isShown = drawn(style) || around.some((each) => each !== null && drawn(getComputedStyle(each)));
  const label = element.labels?.[0]?.textContent ?? '';
  const name = element.getAttribute('aria-label') ?? (label || element.textContent || element.title);
  return { html: element.outerHTML.slice(0, 160), isShown, isNamed: name.trim() !== '' };
})()`;

interface Focused {
  readonly html: string;
  readonly isShown: boolean;
  readonly isNamed: boolean;
}

it.each(TABS)(
  'the Tab key reaches every control of the tab %s, and shows where it is',
  async (tab) => {
    const context = await scene.visitor();
    const page = await scene.openTab(context, tab);
    for (const summary of await page.locator('[role=tabpanel]:visible details > summary').all())
      await summary.click();
    const expected = await page.evaluate<number>(CONTROLS);
    await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)');
    const reached: Focused[] = [];
    // The first press begins at the last click, and the last control is followed by the first one.
    for (let i = 0; i < expected + 10; i++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate<Focused | null>(FOCUSED);
      if (focused !== null) reached.push(focused);
    }
    const visited = await page.evaluate<number>("document.querySelectorAll('[data-visited]').length");
    expect(reached.filter(({ isNamed, isShown }) => !isNamed || !isShown)).toEqual([]);
    expect(visited).toBeGreaterThanOrEqual(expected);
    await context.close();
  },
  SLOW_MS,
);

it(
  'zoom, brush and cursor stay within their limits, and the canvas can be painted at each',
  async () => {
    for (const viewport of [
      { width: 1280, height: 900 },
      { width: 390, height: 844 },
    ]) {
      const context = await scene.visitor({ viewport });
      const page = await scene.openTab(context, 'edit');
      await page.locator('form:visible').getByLabel('Model', { exact: true }).selectOption(TINY.name);
      const canvas = page.getByLabel(`Canvas, ${TINY.image.width} × ${TINY.image.height} pixels`);
      await canvas.waitFor();
      const width = async (): Promise<number> => (await canvas.boundingBox())?.width ?? 0;
      const before = await width();
      await canvas.focus();
      for (let i = 0; i < 6; i++) await page.keyboard.press('+');
      await expect.poll(width).toBeCloseTo(8 * before, 0);
      for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowRight');
      for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowDown');
      for (let i = 0; i < 40; i++) await page.keyboard.press(']');
      await page.keyboard.press('Space');
      await page
        .getByText(`column ${TINY.image.width - 1}, row ${TINY.image.height - 1}`)
        .first()
        .waitFor();
      for (let i = 0; i < 40; i++) await page.keyboard.press('[');
      for (let i = 0; i < 6; i++) await page.keyboard.press('-');
      await expect.poll(width).toBeCloseTo(before, 0);
      await screenshot(page, `edit-limits-${viewport.width}`);
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await context.close();
    }
  },
  SLOW_MS,
);

it(
  'files of a model that was not stored completely are deleted at the next visit',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    const keys = (): Promise<readonly string[]> =>
      page.evaluate(inStorage('isonoise-models', 'return await done(files.getAllKeys());'));
    await page.evaluate(
      inStorage(
        'isonoise-models',
        "await done(files.put(new Blob(['y']), 'file/lost/5-7/0')); await done(files.put(new Uint8Array(1), 'other'));",
      ),
    );
    await page.reload();
    await expect.poll(keys).toEqual(['other']);
    await context.close();
  },
  SLOW_MS,
);
