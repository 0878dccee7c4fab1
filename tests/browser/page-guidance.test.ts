import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer, type Listening, serve } from '@isonoise/server';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { smallModel } from '../../packages/export/testdata/small-networks.ts';
import { launchChromium } from '../../scripts/lab/chromium.ts';
import { oneCoreVisitor } from './one-core.ts';
import { downloaded, drawn } from './page-scene.ts';
import { serveModels } from './served-models.ts';

const SLOW_MS = 240_000;

let folder: string;
let browser: Browser;
let server: Listening;

/** Runs a command, which must succeed. @returns its standard output */
async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await isonoise([...args]);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** Exports a small network with tags twice: `plain`, and `recommending` with `--guidance 2.5`. Serves both. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-page-guidance-'));
  const model = smallModel({ tags: 3, channels: 3, fields: { sample_size: [8, 12] } });
  const first = await serveModels(folder, { plain: { model, look: { palette: [], asymmetry: 1 } } });
  await first.stop(0);
  const [plain, recommending] = ['plain', 'recommending'].map((name) => path.join(folder, name)) as [
    string,
    string,
  ];
  const fast = ['--reference', 'cpu', '--samples', '1', '--sample-steps', '1', '--quiet'];
  await run('export-onnx', plain, '--out', recommending, '--guidance', '2.5', ...fast);
  server = await serve(await createServer({ bundles: [plain, recommending], page: inject('page') }), {
    port: 0,
  });
  browser = await launchChromium();
}, SLOW_MS);
afterAll(async () => {
  await browser?.close();
  await server?.stop(0);
  await rm(folder, { recursive: true, force: true });
});

async function visit(address: string): Promise<Page> {
  const page = await (await oneCoreVisitor(browser)).newPage();
  await page.goto(`${server.url}#/sample${address}`);
  return page;
}

describe('a model that was exported with --guidance 2.5', () => {
  it(
    'is drawn with that guidance by the command line, the server and the page, byte for byte',
    async () => {
      const command = async (...guidance: readonly string[]): Promise<Buffer> => {
        const out = path.join(folder, 'cli.png');
        const request = [
          '--tags',
          'tag 0',
          '--seed',
          '5',
          '--count',
          '4',
          '--steps',
          '6',
          '--sampler',
          'dpmpp-2m',
        ];
        const model = path.join(folder, 'recommending');
        await run('sample', model, ...request, ...guidance, '--provider', 'cpu', '--out', out);
        return readFile(out);
      };
      const expected = await command();
      expect(await command('--guidance', '2.5')).toEqual(expected);
      expect(await command('--guidance', '1.5')).not.toEqual(expected);

      const answer = await fetch(`${server.url}v1/sample`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          ...{ model: 'recommending', tags: ['tag 0'] },
          ...{ seed: 5, count: 4, steps: 6, sampler: 'dpmpp-2m' },
        }),
      });
      expect(Buffer.from(await answer.arrayBuffer())).toEqual(expected);

      const page = await visit('?model=recommending&class=tag+0&seed=5&count=4&steps=6&sampler=dpmpp-2m');
      await drawn(page);
      expect(await downloaded(page, 'PNG')).toEqual(expected);
      // The address names the guidance, so a later default does not change the images of the link.
      await expect.poll(() => page.url()).toContain('guidance=2.5');
    },
    SLOW_MS,
  );

  it(
    'gives the page its guidance when it is chosen, unless a different guidance was typed',
    async () => {
      const page = await visit('');
      const panel = page.locator('form.request-panel');
      const guidance = panel.getByLabel('Guidance');
      const choose = (name: string) => panel.getByLabel('Model', { exact: true }).selectOption(name);
      await choose('recommending');
      await expect.poll(() => guidance.inputValue()).toBe('2.5');
      await choose('plain');
      await expect.poll(() => guidance.inputValue()).toBe('1.5');
      await guidance.fill('4');
      await choose('recommending');
      await expect.poll(() => guidance.inputValue()).toBe('4');
      await panel.getByText('Default: 2.5.').waitFor();
    },
    SLOW_MS,
  );

  it('has this guidance in pnpm info and in GET /v1/models', async () => {
    expect(await run('info', path.join(folder, 'recommending'))).toMatch(
      /guidance +2\.5, recommended by the model/,
    );
    expect(await run('info', path.join(folder, 'plain'))).toMatch(/guidance +1\.5, the default of isonoise/);
    const { models } = (await (await fetch(`${server.url}v1/models`)).json()) as {
      models: { name: string; guidance: number }[];
    };
    const scales = Object.fromEntries(models.map(({ name, guidance }) => [name, guidance]));
    expect(scales).toMatchObject({ plain: 1.5, recommending: 2.5 });
  });
});
