import { expect, it } from 'vitest';
import { sectionOf, withSection } from './card-section.ts';
import type { Measures } from './measure.ts';

const measures: Measures = {
  images: 2000,
  fid: 4,
  kid: 0.01,
  kidDeviation: 0.002,
  precision: 0.9,
  recall: 0.8,
  density: 1.1,
  coverage: 0.7,
  twoSampleAccuracy: 0.51,
  twoSamplePValue: 0.2,
  classScore: null,
  rightClass: null,
  originality: { drawnMedian: 2, heldOutMedian: 2, closeDistance: 1, closeShare: 0.004, copies: false },
};
const cell = { sampler: 'ddim', steps: 10, spacing: null, guidance: 1, calls: 10 } as const;

it('withSection adds the section at the end, and replaces only it', () => {
  const card = '# mine\n\n## Facts\n\na\n';
  const first = withSection(card, 'one');
  expect(first).toBe('# mine\n\n## Facts\n\na\n\n## Evaluation\n\none\n');
  expect(withSection(first, 'two')).toBe('# mine\n\n## Facts\n\na\n\n## Evaluation\n\ntwo\n');
  expect(withSection(`${first}\n## Notes\n\nb\n`, 'two')).toBe(
    '# mine\n\n## Facts\n\na\n\n## Notes\n\nb\n\n## Evaluation\n\ntwo\n',
  );
});

it('sectionOf has the table, the originality and the command', () => {
  const text = sectionOf([{ cell, measures }], 'about', 'pnpm evaluate mine');
  expect(text).toContain('| ddim | 10 | 1 | 10 | 4.00 |');
  expect(text).toContain('at most 0.4 % of the drawn images are closer');
  expect(text).toContain('The model does not copy.');
  expect(text).toMatch(/^about\n\n\|/);
  expect(text).toMatch(/Measured with `pnpm evaluate mine`\.$/);
});

it('sectionOf says that a model copies if one of its rows does', () => {
  const original = { drawnMedian: 0, heldOutMedian: 2, closeDistance: 1, closeShare: 0.9, copies: true };
  const rows = [
    { cell, measures },
    { cell, measures: { ...measures, originality: original } },
  ];
  expect(sectionOf(rows, 'about', 'x')).toContain('at most 90.0 % of the drawn images');
  expect(sectionOf(rows, 'about', 'x')).toContain('The model **copies**.');
  const alone = [{ cell, measures: { ...measures, originality: null } }];
  expect(sectionOf(alone, 'about', 'x')).not.toContain('Originality');
});
