import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDataset } from '@isonoise/data/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';
import { imageLicences } from '../exporting/image-licences.ts';

const SET = {
  'icons.json': {
    prefix: 'tiny',
    width: 8,
    height: 8,
    icons: {
      'red-disc': { body: '<circle cx="4" cy="4" r="3" fill="#f00"/>' },
      'blue-square': { body: '<path fill="#00f" d="M1 1h6v6H1z"/>' },
      'blue-box': { body: '<path fill="#00f" d="M1 1h6v6H1z"/>' },
      'green-square': { body: '<path fill="#0f0" d="M1 1h6v6H1z"/>' },
    },
  },
  'info.json': {
    name: 'Tiny Icons',
    author: { name: 'A. Author', url: 'https://author.example' },
    license: { title: 'MIT License', spdx: 'MIT' },
  },
  'package.json': { version: '1.2.3' },
  'metadata.json': {
    categories: { Discs: ['red-disc'], Squares: ['blue-box', 'blue-square', 'green-square'] },
  },
};

let root = '';
const at = (...parts: string[]): string => join(root, ...parts);
const icons = (...flags: string[]): ReturnType<typeof isonoise> =>
  isonoise(['data', 'icons', '--dir', at('data'), '--sets', at('tiny'), '--quiet', ...flags]);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-icons-'));
  await mkdir(at('tiny'));
  for (const [name, value] of Object.entries(SET)) await writeFile(at('tiny', name), JSON.stringify(value));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('data icons', () => {
  it('records the authors and licences for the card of a model', async () => {
    const out = at('for-card');
    expect((await icons('--out', out)).code).toBe(0);
    const text = await imageLicences(out);
    expect(text).toContain('| [A. Author](https://author.example) | MIT License |');
    expect(text).toContain('Permission is hereby granted, free of charge');
    // A heading would end this section of the card.
    expect(text).not.toMatch(/^#/m);
    expect(await imageLicences(root)).toBeNull();
  });

  it('writes a folder for training, with groups as classes and with the licences', async () => {
    const { code, stdout } = await icons('--size', '16', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      folder: at('data', 'icons'),
      drawn: true,
      size: 16,
      background: 'white',
      skinTones: false,
      sets: [{ name: 'tiny', version: '1.2.3' }],
      images: 3,
      leftOut: { copies: 1, blank: 0, notSelfContained: 0 },
    });
    expect((await readdir(at('data', 'icons'))).sort()).toEqual([
      'README.md',
      'icons.json',
      'metadata.jsonl',
      'tiny',
    ]);
    const { dataset } = await loadDataset(at('data', 'icons'));
    expect(dataset.shape).toEqual({ channels: 3, height: 16, width: 16 });
    expect(dataset.files).toEqual(['tiny/blue-box.png', 'tiny/green-square.png', 'tiny/red-disc.png']);
    expect([dataset.classNames, [...(dataset.labels ?? [])]]).toEqual([
      ['Discs', 'Squares'],
      [1, 1, 0],
    ]);
    const readme = await readFile(at('data', 'icons', 'README.md'), 'utf8');
    expect(readme).toContain(
      '| `tiny` | Tiny Icons | `@iconify-json/tiny` 1.2.3 | 3 | [A. Author](https://author.example) | MIT License |',
    );
    expect(readme).toContain('Copyright (c) A. Author\n\nPermission is hereby granted');
  });

  it('keeps a folder with the same icons, and refuses a folder with different contents', async () => {
    const out = at('kept');
    expect((await icons('--out', out, '--size', '8')).code).toBe(0);
    const again = await icons('--out', out, '--size', '8');
    expect([again.code, again.stdout]).toEqual([0, `${out}: 3 icons of 8x8 pixels already exist\n`]);
    const other = await icons('--out', out, '--size', '9', '--background', 'transparent');
    expect(other.code).toBe(2);
    expect(other.stderr).toContain(
      'contains icons with different settings (size 8; background white); expected size 9; background transparent',
    );
    await mkdir(at('mine'));
    await writeFile(at('mine', 'notes.txt'), 'mine');
    const mine = await icons('--out', at('mine'));
    expect([mine.code, await readdir(at('mine'))]).toEqual([2, ['notes.txt']]);
  });

  it('writes transparent icons, which are on white if they are loaded without alpha', async () => {
    expect((await icons('--background', 'transparent', '--size', '8', '--out', at('clear'))).code).toBe(0);
    expect((await icons('--size', '8', '--out', at('white'))).code).toBe(0);
    const [clear, white] = [await loadDataset(at('clear')), await loadDataset(at('white'))];
    expect(clear.dataset.pixels).toEqual(white.dataset.pixels);
  });

  it('does not leave files behind if an icon cannot be drawn', async () => {
    await mkdir(at('broken'));
    for (const [name, value] of Object.entries(SET))
      await writeFile(at('broken', name), JSON.stringify(value));
    const bad = {
      ...SET['icons.json'],
      icons: { a: SET['icons.json'].icons['red-disc'], bad: { body: '<path' } },
    };
    await writeFile(at('broken', 'icons.json'), JSON.stringify(bad));
    const before = (await readdir(root)).sort();
    const { code, stderr } = await icons('--sets', at('broken'), '--out', at('never'));
    expect(code).toBe(1);
    expect(stderr).toContain('DATA_FORMAT: tiny/bad: cannot be drawn');
    expect((await readdir(root)).sort()).toEqual(before);
  });
});
