// `pnpm screenshots [tab…]`: uses each tab of the page and writes a picture of it to docs/images/<tab>.png.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { printable } from '@isonoise/error';
import { createServer, serve } from '@isonoise/server';
import type { Browser, Locator, Page } from 'playwright-core';
import { build } from 'vite';
import { launchChromium } from './lab/chromium.ts';
import { reportFailure } from './report-failure.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '..');
const IMAGES = path.join(REPOSITORY, 'docs', 'images');
const OTHERS = path.join(REPOSITORY, 'out', 'screenshots');
const SIZE = { width: 1160, height: 900 };
/** Time limit of a scene. A training and a few digits take minutes on a busy machine. */
const PATIENCE_MS = 15 * 60_000;

/** Actions in each tab before its picture is taken. */
const SCENES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async sample(page) {
    await page.getByRole('button', { name: 'PNG', exact: true }).waitFor();
  },
  async edit(page) {
    await page.getByLabel('Model', { exact: true }).selectOption('icons');
    const canvas = page.getByLabel('Canvas, 32 × 32 pixels');
    await canvas.waitFor();
    const ink = async (colour: string, side: number): Promise<void> => {
      await page.getByLabel('Another colour').fill(colour);
      await page.getByLabel('Brush').fill(String(side));
    };
    // Draw a yellow face.
    await ink('#ffd042', 15);
    await stroke(page, canvas, 32, [
      [12, 12],
      [19, 12],
      [19, 19],
      [12, 19],
      [12, 12],
    ]);
    await ink('#402a32', 3);
    for (const eye of [11, 20]) await stroke(page, canvas, 32, [[eye, 12]]);
    await stroke(page, canvas, 32, [
      [10, 19],
      [13, 22],
      [18, 22],
      [21, 19],
    ]);
    await page.getByLabel('Tags').and(page.locator(':visible')).fill('face, smiling');
    await page.getByRole('button', { name: 'Draw', exact: true }).click();
    await page.getByRole('button', { name: 'PNG', exact: true }).waitFor();
  },
  async compare(page) {
    await page.getByLabel('Model', { exact: true }).selectOption('mnist');
    await page.getByLabel('Class', { exact: true }).selectOption('all');
    await page.getByRole('textbox', { name: 'Images' }).fill('10');
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByText('Largest difference of 8-bit levels').waitFor();
  },
  async train(page) {
    await page.getByText('Network, seed and device').click();
    await page.getByLabel('Channels, finest level first').fill('8, 16');
    await page.getByLabel('Number of steps', { exact: true }).fill('60');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByText('done, saved').waitFor();
  },
  async inspect(page) {
    await page.getByLabel('Model', { exact: true }).selectOption('mnist');
    await page.getByLabel('The image').first().waitFor();
  },
};

/** Draws a line with the mouse through pixels of a canvas. @param side width and height of the canvas in pixels */
async function stroke(
  page: Page,
  canvas: Locator,
  side: number,
  pixels: readonly (readonly [number, number])[],
): Promise<void> {
  const box = await canvas.boundingBox();
  if (box === null) throw new Error('screenshots: the canvas is not visible; expected a visible canvas.');
  for (const [i, [x, y]] of pixels.entries()) {
    await page.mouse.move(box.x + ((x + 0.5) / side) * box.width, box.y + ((y + 0.5) / side) * box.height, {
      steps: 8,
    });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
}

const ADDRESSES: Readonly<Record<string, string>> = {
  sample: '#/sample?model=icons&seed=7&count=12&class=cat&guidance=2.5',
};

/** Themes and sizes in which a tab is shown. The first is for the READMEs; the others go to out/screenshots. */
const LOOKS: readonly {
  readonly suffix: string;
  readonly colorScheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
}[] = [
  { suffix: '', colorScheme: 'light', viewport: SIZE },
  { suffix: '-dark', colorScheme: 'dark', viewport: { ...SIZE, width: 1280 } },
  { suffix: '-phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { suffix: '-phone-dark', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
];

const HELP = `pnpm screenshots [${Object.keys(SCENES).join(' | ')}]…

Builds the page, uses each named tab (default: all) with the models of this repository, and writes docs/images/<tab>.png. Writes
out/screenshots/<tab>-dark.png, -phone.png and -phone-dark.png too, which show other themes and sizes. Takes minutes. Needs
Chromium (Debian: apt-get install chromium; or CHROMIUM_PATH).`;

async function shoot(names: readonly string[]): Promise<void> {
  // Launch Chromium before the build, because it may be missing.
  const browser = await launchChromium();
  const page = path.join(REPOSITORY, 'packages', 'web', 'dist');
  try {
    await build({ root: path.dirname(page), logLevel: 'error' });
    await mkdir(IMAGES, { recursive: true });
    await mkdir(OTHERS, { recursive: true });
    const server = await serve(await createServer({ models: path.join(REPOSITORY, 'models'), page }), {
      port: 0,
    });
    try {
      for (const name of names) await shot(browser, server.url, name);
    } finally {
      await server.stop(0);
    }
  } finally {
    await browser.close();
  }
}

async function shot(browser: Browser, url: string, name: string): Promise<void> {
  const context = await browser.newContext({ viewport: SIZE, colorScheme: 'light' });
  context.setDefaultTimeout(PATIENCE_MS);
  const tab = await context.newPage();
  await tab.goto(`${url}${ADDRESSES[name] ?? `#/${name}`}`);
  await SCENES[name]?.(tab);
  await tab.mouse.move(0, 0);
  // Buttons scroll the page to the results, so scroll back to the top.
  await tab.evaluate('scrollTo(0, 0)');
  for (const [i, { suffix, colorScheme, viewport }] of LOOKS.entries()) {
    await tab.emulateMedia({ colorScheme });
    await tab.setViewportSize(viewport);
    // Wait until the images are fitted to the new size.
    await tab.waitForTimeout(500);
    const file = path.join(i === 0 ? IMAGES : OTHERS, `${name}${suffix}.png`);
    await tab.screenshot({ path: file, fullPage: i > 0 });
    console.log(path.relative(REPOSITORY, file));
  }
  await context.close();
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(SCENES, name));
if (asked.includes('--help')) console.log(HELP);
else if (unknown.length > 0) {
  console.error(`screenshots: got ${printable(unknown.join(', '))}; expected names of tabs.\n\n${HELP}`);
  process.exitCode = 2;
} else await shoot(asked.length > 0 ? asked : Object.keys(SCENES)).catch(reportFailure);
