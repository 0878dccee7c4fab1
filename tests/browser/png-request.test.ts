import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodePng, readPngText } from '@isonoise/picture';
import { decodeImageRecord, encodeImageRecord, recordOfImage } from '@isonoise/runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../packages/cli/testdata/isonoise-command.ts';
import { dropFiles } from './drop-files.ts';
import { downloaded, drawn, PageScene, press, screenshot } from './page-scene.ts';

const SLOW_MS = 240_000;
const scene = new PageScene();
let folder = '';
const at = (name: string): string => path.join(folder, name);
const textOf = (file: Uint8Array): string | undefined => readPngText(file, 'isonoise', 1e6);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-requests-'));
  await scene.open();
  const request = ['--seed', '9', '--count', '4', '--sampler', 'unipc', '--steps', '5'];
  const sample = ['sample', scene.tinyModel, ...request, '--provider', 'cpu', '--out', at('four.png')];
  const { code, stderr } = await isonoise(sample);
  expect(code, stderr).toBe(0);
}, SLOW_MS);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

it('dropping a PNG on the page restores its request and draws the same PNG, byte for byte', {
  timeout: SLOW_MS,
}, async () => {
  const context = await scene.visitor();
  const page = await scene.openSample(context);
  await dropFiles(page.locator('h1'), [at('four.png')]);
  await drawn(page);
  const four = await readFile(at('four.png'));
  expect(await downloaded(page, 'PNG')).toEqual(four);
  await expect.poll(() => page.url()).toContain('model=tiny&seed=9&count=4&sampler=unipc&steps=5');
  await screenshot(page, 'png-request');

  await page
    .getByRole('button', { name: /^Open image 2|^Image 2/ })
    .first()
    .click();
  const one = textOf(await downloaded(page, 'Save as PNG'));
  await press(page, 'Close');
  expect(one).toBe(encodeImageRecord(recordOfImage(decodeImageRecord(textOf(four), 'four.png'), 2)));

  await page.getByLabel('PNG files contain the request').uncheck();
  const plain = await downloaded(page, 'PNG');
  expect(textOf(plain)).toBeUndefined();
  expect(four.length - plain.length).toBe(12 + 'isonoise\0'.length + (textOf(four) ?? '').length);
  await context.close();
});

it('a PNG without a request or with a forged request is rejected with a message, and changes nothing', {
  timeout: SLOW_MS,
}, async () => {
  const picture = { width: 1, height: 1, channels: 1, data: new Uint8Array(1) } as const;
  const forged = (textOf(await readFile(at('four.png'))) ?? '').replace(
    /"model":"\w+"/,
    `"model":"${'0'.repeat(64)}"`,
  );
  await writeFile(at('foreign.png'), encodePng(picture));
  await writeFile(at('forged.png'), encodePng(picture, { text: { isonoise: forged } }));
  const context = await scene.visitor();
  const page = await scene.openSample(context);
  const before = page.url();
  for (const [name, message] of [
    ['foreign.png', 'contains no isonoise request'],
    ['forged.png', 'is not on this page'],
  ] as const) {
    await dropFiles(page.locator('h1'), [at(name)]);
    await page.getByRole('alert').filter({ hasText: message }).waitFor();
  }
  expect(page.url()).toBe(before);
  await context.close();
});
