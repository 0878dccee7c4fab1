import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { decodeNpy } from '@isonoise/picture';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { dropFiles } from './drop-files.ts';
import { downloaded, drawn, PageScene, press, TINY, writeTinyModel } from './page-scene.ts';

const SETUP_MS = 240_000;

const scene = new PageScene();
let folder: string;
const weak = (): string => path.join(folder, 'weak');
const expectedFile = (kind: string): string => path.join(folder, `guided.${kind}`);

const SETTINGS = { rescale: '0.5', low: '0.2' } as const;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-guide-'));
  await scene.open();
  await writeTinyModel(weak(), { name: 'weak', depth: 2 });
  const what = ['--seed', '7', '--count', '4', '--steps', '6', '--guidance', '3'];
  const how = ['--guidance-rescale', SETTINGS.rescale, '--guidance-low', SETTINGS.low, '--provider', 'cpu'];
  const files = ['--out', expectedFile('png'), '--npy', expectedFile('npy')];
  const { code, stderr } = await isonoise([
    'sample',
    scene.tinyModel,
    '--guide',
    weak(),
    ...what,
    ...how,
    ...files,
  ]);
  expect(code, stderr).toBe(0);
}, SETUP_MS);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

it(
  'a model of the server, guided by a model from files, draws what the command line draws',
  async () => {
    const context = await scene.visitor();
    const page = await scene.openSample(context);
    await dropFiles(page.locator('h1'), [weak()]);
    await page.getByRole('status').getByText('Opened weak').waitFor();
    await page.getByLabel('Model', { exact: true }).selectOption(TINY.name);
    await page.getByLabel('Seed', { exact: true }).fill('7');
    await page.getByRole('textbox', { name: 'Images' }).fill('4');
    await page.getByLabel('Steps', { exact: true }).fill('6');
    // The model has no classes, so guidance needs the guide.
    const scale = page.getByLabel('Guidance', { exact: true });
    expect(await scale.isDisabled()).toBe(true);
    await page.getByText('Guide, rescale and interval').click();
    await page.getByLabel('Guide', { exact: true }).selectOption('weak');
    await scale.fill('3');
    await page.getByLabel('Rescale φ').fill(SETTINGS.rescale);
    await page.getByLabel('From noise σ/α').fill(SETTINGS.low);
    await press(page, 'Generate');
    await drawn(page);
    const values = decodeNpy(await downloaded(page, /NumPy/)).data;
    const expected = decodeNpy(await readFile(expectedFile('npy'))).data;
    expect(values.length).toBe(4 * 3 * 6 * 8);
    const differences = Array.from(values, (value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
    // Kernels sum in different orders; this is the project's bound between Node's CPU and WASM.
    expect(Math.max(...differences)).toBeLessThan(1e-4);

    // Without the guide, the images differ.
    await page.getByLabel('Guide', { exact: true }).selectOption('');
    await press(page, 'Generate');
    await drawn(page);
    const plain = decodeNpy(await downloaded(page, /NumPy/)).data;
    const changes = Array.from(plain, (value, i) => Math.abs(value - (values[i] ?? Number.NaN)));
    expect(Math.max(...changes)).toBeGreaterThan(0.01);
    await context.close();
  },
  SETUP_MS,
);
