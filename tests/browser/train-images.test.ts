import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadDataset } from '@isonoise/data/node';
import { encodePng } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { recordData } from '@isonoise/train';
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { screenshot } from './page-scene.ts';
import { TrainScene } from './train-page.ts';

const FIELDS = { steps: 2, batchSize: 2, channels: '8, 8', threads: 1 };
const SIDE = 16;

const scene = new TrainScene();
let context: BrowserContext;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-train-images-'));
  await scene.serve();
  context = await scene.visit();
}, 120_000);
afterAll(async () => {
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
  await writeFile(path.join(folder, file), content);
}

/** Encodes a PNG of grey stripes, each `n` pixels wide. */
function stripes(n: number, width = SIDE): Uint8Array {
  const data = Uint8Array.from({ length: width * SIDE }, (_, i) =>
    Math.floor((i % width) / n) % 2 === 0 ? 40 : 220,
  );
  return encodePng({ width, height: SIDE, channels: 1, data });
}

/**
 * Stripes of 4 pixels as a baseline JPEG of quality 95, written by libjpeg. The image is grey, because
 * decoders convert JPEG's colours to red, green and blue in different ways.
 */
const JPEG = Buffer.from(
  [
    '/9j/2wBDAAIBAQEBAQIBAQECAgICAgQDAgICAgUEBAMEBgUGBgYFBgYGBwkIBgcJBwYGCAsICQoKCgoKBggLDAsKDAkKCgr/wAAL',
    'CAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAYEAACAwAAAAAAAAAAAAAAAAAACkeGxf/aAAgBAQAAPwChXKc6zrBX',
    'Kc6zrBXKc6zrBXKc6zrH/9k=',
  ].join(''),
  'base64',
);

describe('the Train tab', { timeout: 240_000 }, () => {
  it('shows the usable images, and lists the unusable ones', async () => {
    await put('mixed/cat/a.png', stripes(2));
    await put('mixed/cat/@eaDir/a.png/thumb.png', stripes(3));
    await put('mixed/dog/b.png', '');
    await put('mixed/dog/c.png', '<svg xmlns="http://www.w3.org/2000/svg"/>');
    await put('mixed/dog/d.jpg', JPEG.subarray(0, -10));
    await put('mixed/dog/e.jpg', JPEG);
    await put('mixed/notes.txt', 'not an image');
    const tab = await scene.open(context);
    await tab.choose('Your images');
    await tab.page.getByLabel('A folder of images').setInputFiles(path.join(folder, 'mixed'));
    await tab.fill(FIELDS);
    await tab.page.getByLabel('Scale to').fill(String(SIDE));
    await tab.see('2 images of 16 × 16, in colour');
    const look = tab.page.getByRole('region', { name: 'The images' });
    const said = (await look.textContent()) ?? '';
    for (const part of [
      'mixed: 3 of 5 images cannot be used:',
      'mixed/dog/b.png: the file is empty',
      'mixed/dog/c.png: is SVG by its content',
      'mixed/dog/d.jpg: the JPEG is cut off',
      'They are left out.',
      'Classes 2',
      'cat 1',
      'dog 1',
      '2 images are few',
      '2 steps are few',
    ])
      expect(said).toContain(part);
    expect(said).not.toContain('--');
    await screenshot(tab.page, 'train-images');

    await tab.click('Train');
    await tab.see('done, saved');
    const note = await tab.page.getByRole('note').first().textContent();
    expect(note).toContain('3 of 5 images cannot be used');
    expect(note).toContain('They are left out.');
    expect(note).toContain('left out files that are not supported images: notes.txt');
    expect(note).toContain('left out system folders: cat/@eaDir');
    expect(await tab.record('mixed')).toMatchObject({ images: 2, classNames: ['cat', 'dog'] });
    await tab.page.close();
  });

  it('reads the same pixels from JPEGs with harmless faults as the command line', async () => {
    const scan = JPEG.indexOf(Buffer.from([0xff, 0xda]));
    const end = scan + 2 + JPEG.readUInt16BE(scan + 2);
    // The first file has a header of JFIF 0.00, the second one scan parameters of 0, 0, 0.
    const version = Buffer.from([0xff, 0xe0, 0, 16, ...Buffer.from('JFIF\0'), 0, 0, 0, 0, 1, 0, 1, 0, 0]);
    const parameters = Buffer.from(JPEG);
    parameters.fill(0, end - 3, end);
    await put('faults/1.jpg', Buffer.concat([JPEG.subarray(0, 2), version, JPEG.subarray(2)]));
    await put('faults/2.jpg', parameters);
    await put('faults/3.jpg', Buffer.concat([JPEG.subarray(0, scan), Buffer.alloc(13), JPEG.subarray(scan)]));
    await put('faults/4.jpg', JPEG.subarray(0, -2));
    const tab = await scene.open(context);
    await tab.choose('Your images');
    await tab.page.getByLabel('A folder of images').setInputFiles(path.join(folder, 'faults'));
    await tab.fill(FIELDS);
    await tab.page.getByLabel('Scale to').fill(String(SIDE));
    await tab.page.getByLabel('Colours').selectOption('Grey');
    await tab.click('Train');
    await tab.see('done, saved');
    const { dataset, warnings } = await loadDataset(path.join(folder, 'faults'), {
      images: { size: SIDE, channels: 1 },
    });
    expect(warnings).toEqual([expect.stringContaining('3 of 4 images are copies of others')]);
    expect(await tab.page.getByRole('note').first().textContent()).toContain(
      '3 of 4 images are copies of others',
    );
    expect(await tab.record('faults')).toMatchObject({
      images: 4,
      dataSha256: recordData(dataset).sha256,
    });
    await tab.page.close();
  });

  it('learns transparency as the command line does, and shows the samples on a checkerboard', async () => {
    // Transparent, half transparent and opaque pixels; the transparent ones are white.
    const alpha = [0, 100, 255];
    const data = Uint8Array.from({ length: 4 * SIDE * SIDE }, (_, i) =>
      i % 4 === 3 ? (alpha[(i >> 2) % 3] ?? 0) : (i >> 2) % 3 === 0 ? 255 : (7 * i) % 256,
    );
    await put('clear/a.png', encodePng({ width: SIDE, height: SIDE, channels: 4, data }));
    await put('clear/b.png', stripes(2));
    const tab = await scene.open(context);
    await tab.choose('Your images');
    await tab.page.getByLabel('A folder of images').setInputFiles(path.join(folder, 'clear'));
    await tab.fill(FIELDS);
    await tab.page.getByLabel('Scale to').fill(String(SIDE));
    await tab.click('Train');
    await tab.see('done, saved');
    expect(await tab.page.getByRole('note').first().textContent()).toContain(
      '1 of 2 images has transparent parts: all get an alpha channel',
    );
    const { dataset } = await loadDataset(path.join(folder, 'clear'), {
      images: { size: SIDE, channels: 'auto' },
    });
    expect(dataset.shape.channels).toBe(4);
    expect(await tab.record('clear')).toMatchObject({
      images: 2,
      shape: { channels: 4 },
      dataSha256: recordData(dataset).sha256,
    });
    await tab.page.locator('canvas.checkers').first().waitFor();
    await tab.page.close();
  });

  it('uses the images of the training split, and says that a wide image is cropped', async () => {
    await put('splits/train/a.png', stripes(2, 4 * SIDE));
    await put('splits/train/metadata.jsonl', '\ufeff{"file_name": "a.png", "label": "wide"}');
    await put('splits/test/b.png', stripes(3));
    const tab = await scene.open(context);
    await tab.choose('Your images');
    await tab.page.getByLabel('A folder of images').setInputFiles(path.join(folder, 'splits'));
    await tab.fill(FIELDS);
    await tab.page.getByLabel('Scale to').fill(String(SIDE));
    await tab.click('Train');
    await tab.see('done, saved');
    const note = await tab.page.getByRole('note').first().textContent();
    expect(note).toContain('train/ is the training split; left out: test/ (1 image)');
    expect(note).toContain('64x16 to 16x16: 75 % is cropped');
    expect(await tab.record('splits')).toMatchObject({ images: 1, classNames: ['wide'] });
    await tab.page.close();
  });

  it('reads an atlas of rectangles with tags as the command line does, and exports a model with the tags', async () => {
    // Two sheets of 2 × 2 cells of 6 × 3 pixels: pixel art, enlarged to 16 × 8.
    const cells = (shade: number): Uint8Array =>
      encodePng({
        width: 12,
        height: 6,
        channels: 3,
        data: Uint8Array.from({ length: 12 * 6 * 3 }, (_, i) => {
          const [pixel, channel] = [Math.floor(i / 3), i % 3];
          return pixel % 6 < 3 === (channel === 0) ? shade + 10 * Math.floor((pixel % 12) / 6) : 20;
        }),
      });
    await put('tagged/a.png', cells(200));
    await put('tagged/b.png', cells(120));
    await put(
      'tagged/metadata.jsonl',
      '{"file_name": "a.png", "tags": ["bright", "flag"]}\n{"file_name": "b.png", "tags": ["flag"]}',
    );
    const pictures = path.join(folder, 'tagged');
    const tab = await scene.open(context);
    await tab.choose('Your images');
    await tab.page.getByLabel('A folder of images').setInputFiles(pictures);
    await tab.fill({ ...FIELDS, channels: '8, 8' });
    await tab.page.getByLabel('Scale to').fill('16x8');
    await tab.page.getByText('Fit, scaling, background and atlas').click();
    await tab.page.getByLabel('Fit').selectOption('stretch');
    await tab.page.getByLabel('Scaling').selectOption('nearest');
    await tab.page.getByLabel('Cut atlases').fill('6x3');
    await tab.see('8 images of 16 × 8, in colour');
    const look = tab.page.getByRole('region', { name: 'The images' });
    expect(await look.textContent()).toMatch(/Tags 1.*flag 8/);
    await tab.click('Train');
    await tab.see('done, saved');
    const { dataset } = await loadDataset(pictures, {
      images: {
        size: { width: 16, height: 8 },
        fit: 'stretch',
        kernel: 'nearest',
        atlas: { cell: { width: 6, height: 3 } },
        channels: 'auto',
      },
    });
    expect(dataset.tags?.names).toEqual(['flag']);
    expect(await tab.record('tagged')).toMatchObject({
      images: 8,
      shape: { channels: 3, height: 8, width: 16 },
      tags: { names: ['flag'], counts: [8] },
      config: { network: { num_tags: 1, sample_size: [8, 16] } },
      dataSha256: recordData(dataset).sha256,
    });

    // The stored images include the tags.
    await tab.page.reload();
    await tab.page.getByRole('button', { name: 'Open the run tagged' }).click();
    await tab.see('done, saved');
    await tab.click('Export the model');
    await tab.see('Your model');
    const [download] = await Promise.all([tab.page.waitForEvent('download'), tab.click('Download')]);
    const zip = path.join(folder, download.suggestedFilename());
    await download.saveAs(zip);
    const model = await loadModel(zip);
    expect(model.spec).toMatchObject({
      image: { channels: 3, height: 8, width: 16 },
      tags: { names: ['flag'], counts: [8], dropped: true },
    });
    await model.dispose();
    await tab.page.close();
  });
});
