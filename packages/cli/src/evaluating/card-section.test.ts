import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBundle, verifyBundle } from '@isonoise/bundle';
import { nodeFiles } from '@isonoise/runtime-node';
import { expect, it, onTestFinished } from 'vitest';
import { measures } from '../../testdata/measures.ts';
import { readCard, sectionOf, withSection, writeCard } from './card-section.ts';

const originality = { drawnMedian: 2, heldOutMedian: 2, closeDistance: 1, closeShare: 0.004, copies: false };
const cell = { sampler: 'ddim', steps: 10, spacing: null, guidance: 1, calls: 10 } as const;

it('withSection puts a section at the end, and removes an existing section with the same title', () => {
  const card = '# mine\n\n## Facts\n\na\n';
  const first = withSection(card, 'Evaluation', 'one');
  expect(first).toBe('# mine\n\n## Facts\n\na\n\n## Evaluation\n\none\n');
  expect(withSection(first, 'Evaluation', 'two')).toBe('# mine\n\n## Facts\n\na\n\n## Evaluation\n\ntwo\n');
  expect(withSection(`${first}\n## Notes\n\nb\n`, 'Evaluation', 'two')).toBe(
    '# mine\n\n## Facts\n\na\n\n## Notes\n\nb\n\n## Evaluation\n\ntwo\n',
  );
});

it('sectionOf returns the table, the originality and the command', () => {
  const text = sectionOf(
    [{ cell, measures: { ...measures, fid: 4, originality } }],
    'about',
    'pnpm evaluate mine',
  );
  expect(text).toContain('| ddim | 10 | 1 | 10 | 4.00 (4.08–5.06) |');
  expect(text).toContain('Share of the drawn images that are close: at most 0.4 % by features');
  expect(text).toContain('The model does not copy.');
  expect(text).toContain('![Closest pairs](pairs.svg)');
  expect(text).toMatch(/^about\n\n\|/);
  expect(text).toMatch(/Measured with `pnpm evaluate mine`\.$/);
});

it('sectionOf reports that a model copies if the images of one row are copies', () => {
  const copied = { drawnMedian: 0, heldOutMedian: 2, closeDistance: 1, closeShare: 0.9, copies: true };
  const rows = [
    { cell, measures: { ...measures, originality } },
    { cell, measures: { ...measures, originality: copied } },
  ];
  expect(sectionOf(rows, 'about', 'x')).toContain('at most 90.0 % by features');
  expect(sectionOf(rows, 'about', 'x')).toContain('The model **copies**.');
  const alone = [{ cell, measures: { ...measures, originality: null } }];
  expect(sectionOf(alone, 'about', 'x')).not.toContain('Originality');
});

it('writeCard keeps the bundle valid, and changes no file if one file cannot be written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'isonoise-card-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await cp(fileURLToPath(new URL('../../../../models/mnist', import.meta.url)), folder, { recursive: true });
  const before = await readdir(folder);
  const card = await readCard(folder);
  await expect(writeCard(folder, card, { Evaluation: 'new' }, { 'none/x.svg': 'x' })).rejects.toMatchObject({
    code: 'CLI_WRITE_FAILED',
  });
  expect([await readCard(folder), await readdir(folder)]).toEqual([card, before]);

  await writeCard(folder, card, { Evaluation: 'new', 'FID ratio': 'other' }, { 'x.svg': '<svg/>' });
  expect(await readCard(folder)).toContain('## Evaluation\n\nnew\n\n## FID ratio\n\nother\n');
  expect(await readFile(join(folder, 'x.svg'), 'utf8')).toBe('<svg/>');
  const files = nodeFiles(folder);
  expect((await readBundle(files)).manifest.files).toHaveProperty(['x.svg']);
  expect(await verifyBundle(files)).toMatchObject({ ok: true });
});
