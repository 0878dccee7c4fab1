import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { writeRandomImages } from '../../testdata/random-images.ts';
import { readCard, writeCard } from '../evaluating/card-section.ts';

const SIZE = 8;
let root = '';
const at = (...parts: string[]): string => join(root, ...parts);

/** Trains a run of 4 steps on random images, with snapshots of its average for guides. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-replaced-card-'));
  await writeRandomImages(at('images'), 8, SIZE);
  await writeFile(at('power.json'), JSON.stringify({ ema: { kind: 'power', snapshots: 4 } }));
  const train = [
    ...['train', '--dataset', at('images'), '--size', String(SIZE), '--grayscale', '--unconditional'],
    ...['--optimizer', 'adamw'],
    ...['--name', 'run', '--runs', at('runs'), '--channels', '8,16', '--batch-size', '4', '--threads', '1'],
    ...['--sample-every', '0', '--steps', '4', '--checkpoint-every', '2', '--quiet'],
    ...['--config', at('power.json')],
  ];
  expect(await isonoise(train)).toMatchObject({ code: 0 });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const FOLDERS = ['m', 'm-guide'];

/** Exports the run and its guide to `m` and `m-guide`. */
async function exportRun(...more: readonly string[]): Promise<string> {
  const { code, stderr } = await isonoise([
    ...['export-onnx', at('runs/run'), '--out', at('m'), '--samples', '1', '--sample-steps', '1'],
    ...['--reference', 'cpu', '--guide-from', '2:0.2', ...more],
  ]);
  expect(code, stderr).toBe(0);
  return stderr;
}

/** Adds the sections of `evaluate` and `bench precisions` and a section of the user to both cards. */
async function measure(): Promise<void> {
  for (const name of FOLDERS) {
    const sections = {
      Evaluation: `FID of ${name}\n\n![Closest pairs](pairs.svg)`,
      'Bits per dimension': `bits of ${name}`,
      Speed: `speed of ${name}`,
      Notes: 'mine',
    };
    await writeCard(at(name), await readCard(at(name)), sections, { 'pairs.svg': `<svg>${name}</svg>` });
  }
}

const titles = (card: string): readonly string[] =>
  [...card.matchAll(/^## (.*)$/gm)].flatMap(([, title]) => title ?? []).slice(4);
const warningOf = (name: string, lost: string): string =>
  `the card of the replaced model ${at(name)} had sections that the new card does not have: ${lost}.`;

describe.sequential('export-onnx --force of a run with a guide', () => {
  it('keeps the sections and pictures of both cards if the weights are equal', async () => {
    await exportRun();
    await measure();
    const stderr = await exportRun('--force');
    expect(stderr).not.toContain('replaced model');
    for (const name of FOLDERS) {
      const card = await readCard(at(name));
      expect(titles(card)).toEqual([
        ...(name === 'm' ? ['Guide'] : []),
        ...['Loss curve', 'Evaluation', 'Bits per dimension', 'Speed', 'Notes'],
      ]);
      expect(card).toContain(`## Evaluation\n\nFID of ${name}\n\n![Closest pairs](pairs.svg)\n`);
      expect(await readFile(at(name, 'pairs.svg'), 'utf8')).toBe(`<svg>${name}</svg>`);
      expect(await isonoise(['verify', at(name)])).toMatchObject({ code: 0 });
    }
  });

  it('keeps the sections if the weights are stored as float16', async () => {
    await exportRun('--force', '--half-weights');
    expect(await exportRun('--force', '--half-weights')).not.toContain('replaced model');
    expect(titles(await readCard(at('m-guide'))).slice(1)).toEqual([
      ...['Evaluation', 'Bits per dimension', 'Speed', 'Notes'],
    ]);
  });

  it('drops measures of images, and warns, if the sampler differs', async () => {
    await measure();
    const stderr = await exportRun('--force', '--sampler', 'heun', '--steps', '3');
    for (const name of FOLDERS) {
      expect(stderr).toContain(warningOf(name, 'Evaluation'));
      expect(titles(await readCard(at(name))).slice(-3)).toEqual(['Bits per dimension', 'Speed', 'Notes']);
      await expect(readFile(at(name, 'pairs.svg'))).rejects.toMatchObject({ code: 'ENOENT' });
    }
  });

  it('drops measures of images and of the network, and warns, if the precision differs', async () => {
    await exportRun('--force');
    await measure();
    const stderr = await exportRun('--force', '--precision', 'fp16');
    for (const name of FOLDERS) {
      expect(stderr).toContain(warningOf(name, 'Evaluation, Bits per dimension'));
      expect(titles(await readCard(at(name))).slice(-2)).toEqual(['Speed', 'Notes']);
    }
  });

  it('drops the sections of the guide and the image measures of the model, and warns, if the guide has different weights', async () => {
    await exportRun('--force');
    await measure();
    const stderr = await exportRun('--force', '--guide-from', '1:0.2');
    expect(stderr).toContain(warningOf('m-guide', 'Evaluation, Bits per dimension, Speed, Notes'));
    expect(stderr).toContain(warningOf('m', 'Evaluation'));
    expect(titles(await readCard(at('m-guide')))).toEqual(['Loss curve']);
    expect(titles(await readCard(at('m'))).slice(-3)).toEqual(['Bits per dimension', 'Speed', 'Notes']);
  });

  it('warns if the replaced model is damaged', async () => {
    await writeFile(at('m-guide/unet/model.onnx'), 'damaged');
    await writeCardText('m-guide', '\n## Notes\n\nmine\n');
    expect(await exportRun('--force')).toContain(warningOf('m-guide', 'Notes'));
  });
});

/** Appends text to a card without changing the manifest. */
async function writeCardText(name: string, text: string): Promise<void> {
  await writeFile(at(name, 'README.md'), (await readCard(at(name))) + text);
}
