import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeNpy } from '@isonoise/picture';
import { decodeSampling, type SavedSampling } from '@isonoise/sampler';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { dropFiles } from './drop-files.ts';
import { downloaded, drawn, PageScene, press, screenshot, TINY } from './page-scene.ts';

const SETUP_MS = 240_000;
const SLOW_MS = 240_000;

/**
 * The run has enough steps for the page to be stopped before the last one. With this seed, the values of Node and the
 * page round to the same 8-bit levels, although their kernels sum in different orders.
 */
const REQUEST = ['--sampler', 'unipc', '--steps', '500', '--seed', '1', '--count', '4'];

const scene = new PageScene();
let folder: string;
const at = (name: string): string => path.join(folder, name);
const savedIn = async (name: string): Promise<SavedSampling> =>
  decodeSampling(await readFile(at(name), 'utf8'));

async function sample(...args: string[]): Promise<void> {
  const { code, stderr } = await isonoise(['sample', scene.tinyModel, ...args, '--provider', 'cpu']);
  expect(code, stderr).toBe(0);
}

/** Resumes a saved run on the server. */
async function resumeOnServer(name: string, fields: object): Promise<Buffer> {
  const from = JSON.parse(await readFile(at(name), 'utf8'));
  const answer = await fetch(`${scene.url}v1/resume`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: TINY.name, from, ...fields }),
  });
  return Buffer.from(await answer.arrayBuffer());
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-runs-'));
  await scene.open();
  await sample(
    ...REQUEST,
    '--out',
    at('whole.png'),
    '--npy',
    at('whole.npy'),
    '--save-state',
    at('done.json'),
  );
  await sample(...REQUEST, '--out', at('x.png'), '--stop-after', '100', '--save-state', at('cli.json'));
  await writeFile(at('server.json'), await resumeOnServer('cli.json', { format: 'saved', stopAfter: 50 }));
}, SETUP_MS);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

async function openRun(page: Page, name: string): Promise<void> {
  await page.getByLabel('A saved run as .json').setInputFiles(at(name));
}

/**
 * Opens a saved run and waits until the page shows one of its early steps. On a fast machine the run can end before the page
 * shows such a step; it is then opened again.
 */
async function openUntilEarlyStep(page: Page, name: string): Promise<void> {
  const early = page.getByText(/^Step (1[5-9]\d|2\d\d) of 500/);
  const end = page.getByText(/^Step 500 of 500/);
  for (let attempt = 1; attempt <= 20; attempt++) {
    await openRun(page, name);
    // The page shows the end of the previous attempt until the run begins.
    if (attempt > 1) await end.waitFor({ state: 'hidden', timeout: 2000 }).catch(() => {});
    await early.or(end).first().waitFor({ timeout: SLOW_MS });
    if (await early.isVisible()) return;
  }
  throw new Error('the page showed no early step of the run in 20 attempts');
}

it(
  'a run that is resumed on the server, on the page and on the command line ends with the same picture',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    const save = page.getByRole('button', { name: /^Save run/ });
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await openUntilEarlyStep(page, 'server.json');
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    await page.getByText('cancelled', { exact: true }).waitFor();
    await writeFile(at('page.json'), await downloaded(page, /^Save run/));

    const [first, second, third] = [
      await savedIn('cli.json'),
      await savedIn('server.json'),
      await savedIn('page.json'),
    ];
    expect([first.nextStep, second.nextStep]).toEqual([100, 150]);
    expect(third.nextStep).toBeGreaterThan(150);
    expect(third.nextStep).toBeLessThan(500);
    expect([second.plan, third.plan]).toEqual([first.plan, first.plan]);
    expect([second.model, third.model]).toEqual([first.model, first.model]);

    await sample('--resume-state', at('page.json'), '--out', at('end.png'), '--npy', at('end.npy'));
    const [end, whole] = await Promise.all(
      ['end.npy', 'whole.npy'].map(async (name) => decodeNpy(await readFile(at(name))).data),
    );
    const differences = Array.from(end ?? [], (value, i) => Math.abs(value - (whole?.[i] ?? Number.NaN)));
    // Kernels sum in different orders; this is the project's bound between Node's CPU and WASM.
    expect(Math.max(...differences)).toBeLessThan(1e-4);
    expect(await readFile(at('end.png'))).toEqual(await readFile(at('whole.png')));
    // The server can also finish the run that the page saved.
    expect(await resumeOnServer('page.json', {})).toEqual(await readFile(at('whole.png')));
    await context.close();
  },
  SLOW_MS,
);

it(
  'the page finishes a dropped run, and the form and the address describe the run',
  async () => {
    const context = await scene.visitor();
    const page = await context.newPage();
    await page.goto(`${scene.url}#/inspect`);
    await page.getByLabel('Model', { exact: true }).and(page.locator(':has(option[value=tiny])')).waitFor();
    await dropFiles(page.locator('h1'), [at('server.json')]);
    await drawn(page);
    expect(await downloaded(page, 'PNG')).toEqual(await readFile(at('whole.png')));
    const values = async (name: string): Promise<string> =>
      page.locator('form.request-panel:visible').getByLabel(name, { exact: true }).inputValue();
    expect([await values('Model'), await values('Seed'), await values('Steps')]).toEqual([
      'tiny',
      '1',
      '500',
    ]);
    await expect
      .poll(() => page.url())
      .toContain('#/sample?model=tiny&seed=1&count=4&sampler=unipc&steps=500');
    const scrubber = page.getByRole('slider', { name: 'Denoising' });
    await scrubber.focus();
    await page.keyboard.press('Home');
    await page.getByText('step 150 of 500, from t = ').waitFor();
    await screenshot(page, 'resumed');
    await context.close();
  },
  SLOW_MS,
);

it(
  'the page says why a saved run cannot be resumed, and keeps the images on screen',
  async () => {
    const saved = JSON.parse(await readFile(at('server.json'), 'utf8'));
    await writeFile(at('damaged.json'), JSON.stringify({ ...saved, x: 'AAAA' }));
    await writeFile(at('other.json'), JSON.stringify({ ...saved, model: '0'.repeat(64) }));
    // A plan that the form cannot show: images 5 to 8 of the seed.
    const unusual = {
      ...saved,
      nextStep: 0,
      memory: undefined,
      plan: { ...saved.plan, images: [5, 6, 7, 8] },
    };
    unusual.plan.steps = [
      [700, 300],
      [300, -1],
    ];
    await writeFile(at('unusual.json'), JSON.stringify(unusual));

    const context = await scene.visitor({ viewport: { width: 390, height: 780 } });
    const page = await scene.openSample(context);
    await openRun(page, 'unusual.json');
    await drawn(page);
    await page.getByText('The form cannot show the settings of this saved run').waitFor();
    await page.getByRole('button', { name: 'Copy link' }).waitFor({ state: 'detached' });
    expect(page.url()).toMatch(/#\/sample$/);

    const alert = page.getByRole('alert');
    for (const [name, title, message, code] of [
      [
        'damaged',
        'This is not a saved run that can be resumed',
        'damaged.json: x has 3 bytes; expected whole',
        'SAMPLER_SAVED',
      ],
      [
        'other',
        'The page does not have this model',
        'the model of the saved run is not on this page; expected the one with the SHA-256 0000',
        'RUN_MODEL_MISSING',
      ],
      ['done', 'This run cannot be resumed', 'all 500 steps of the saved run are done', 'RUN_FINISHED'],
    ] as const) {
      await openRun(page, `${name}.json`);
      await alert.getByText(title).waitFor();
      await expect.poll(() => alert.textContent()).toContain(message);
      expect(await alert.textContent()).toContain(code);
      // The images of the previous run are kept.
      await page.getByRole('button', { name: 'PNG', exact: true }).waitFor();
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.evaluate(
      await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'),
    );
    const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
    expect(violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`))).toEqual([]);
    await screenshot(page, 'phone-runs');
    // Generating new images removes the error.
    await page.getByLabel('Steps', { exact: true }).fill('2');
    await press(page, 'Generate');
    await alert.waitFor({ state: 'detached' });
    await drawn(page);
    // It also removes the error of a dropped file.
    await dropFiles(page.locator('h1'), [at('damaged.json')]);
    await alert.getByText('This is not a saved run that can be resumed').waitFor();
    await press(page, 'Generate');
    await alert.waitFor({ state: 'detached' });
    await drawn(page);
    // Dropping a run that can be resumed also removes the error.
    await openRun(page, 'done.json');
    await alert.getByText('This run cannot be resumed').waitFor();
    await dropFiles(page.locator('h1'), [at('server.json')]);
    await page.getByText(/^Step \d+ of 500/).waitFor({ timeout: SLOW_MS });
    await alert.waitFor({ state: 'detached' });
    await context.close();
  },
  SLOW_MS,
);

it(
  'the page finds a model exported after the list of models was loaded, even for a run dropped on Train',
  async () => {
    const context = await scene.visitor();
    const page = await context.newPage();
    await page.goto(`${scene.url}#/sample`);
    await page.getByLabel('Model', { exact: true }).and(page.locator(':has(option[value=tiny])')).waitFor();
    await page.goto(`${scene.url}#/train`);
    await scene.exportTinyModel({ depth: 2 });
    const few = ['--sampler', 'unipc', '--steps', '20', '--seed', '1', '--count', '4'];
    await sample(...few, '--out', at('new.png'));
    await sample(...few, '--out', at('x.png'), '--stop-after', '5', '--save-state', at('new.json'));
    await dropFiles(page.locator('h1'), [at('new.json')]);
    await drawn(page);
    await expect.poll(() => page.url()).toContain('#/sample?model=tiny&seed=1&count=4');
    expect(await downloaded(page, 'PNG')).toEqual(await readFile(at('new.png')));
    await context.close();
  },
  SLOW_MS,
);
