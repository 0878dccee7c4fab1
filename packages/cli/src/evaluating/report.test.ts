import { expect, it } from 'vitest';
import { measures } from '../../testdata/measures.ts';
import { qualityPlot } from './quality-plot.ts';
import { headlineText, markdownTable, type ResultRow, terminalTable } from './report.ts';

const cell = { sampler: 'ddim', steps: 10, spacing: null, guidance: 1.5, calls: 20 } as const;
const rows: readonly ResultRow[] = [
  { cell, measures },
  { cell: null, measures: { ...measures, fid: 2, rightClass: 0.989 } },
];

it('terminalTable aligns the columns of the main measures, and leaves out empty columns', () => {
  expect(terminalTable(rows)).toBe(
    [
      'images  steps  guidance  calls               FID  ÷ real  KID × 1000  precision  recall         right class',
      'ddim       10       1.5     20  4.57 (4.08–5.06)    2.28  12.3 ± 2.0      0.900   0.800  93.5 % (92.3–94.5)',
      'real        –         –      –  2.00 (4.08–5.06)       –  12.3 ± 2.0      0.900   0.800  98.9 % (92.3–94.5)',
    ].join('\n'),
  );
});

it('markdownTable shows all measures', () => {
  const [titles, , first] = markdownTable(rows).split('\n');
  expect(titles).toBe(
    '| images | steps | guidance | calls | FID | ÷ real | KID × 1000 | precision | recall | right class | density | coverage | class score | 1-NN |',
  );
  expect(first).toBe(
    '| ddim | 10 | 1.5 | 20 | 4.57 (4.08–5.06) | 2.28 | 12.3 ± 2.0 | 0.900 (0.886–0.912) | 0.800 (0.782–0.817) | 93.5 % (92.3–94.5) | 1.100 | 0.700 | 8.900 | 51.0 % |',
  );
});

it('terminalTable and headlineText put KID before FID if there are fewer than 2,000 images', () => {
  const few = rows.map((row) => ({ ...row, measures: { ...row.measures, images: 1999 } }));
  expect(terminalTable(few)).toMatch(/calls +KID × 1000 +FID/);
  expect(headlineText({ ...measures, images: 1999 })).toBe('KID × 1000: 12.3 ± 2.0');
  expect(headlineText(measures)).toBe('FID 4.57 (4.08–5.06)');
});

it('headlineText shows a range that does not start below 0', () => {
  const wide = { ...measures, intervals: { ...measures.intervals, fid: [-0.3, 5] as const } };
  expect(headlineText(wide)).toBe('FID 4.57 (0.00–5.00)');
});

it('qualityPlot draws a line for each combination of settings and one for real images', () => {
  const points = [...rows, { cell: { ...cell, calls: 40 }, measures }];
  const svg = qualityPlot(points, 'digits');
  for (const text of ['digits', 'ddim, guidance 1.5', 'real images', 'network calls per image', '>FID']) {
    expect(svg).toContain(text);
  }
  expect(svg).toMatch(/^<svg/);
  expect(svg).not.toMatch(/NaN|Infinity/);
  // The legend has an entry for the line and for the real images, but not for the bars.
  expect(svg.match(/guidance 1\.5</g)).toHaveLength(1);
  const few = points.map((row) => ({ ...row, measures: { ...row.measures, images: 100, kid: -0.001 } }));
  expect(qualityPlot(few, 'digits')).toContain('>KID × 1000');
  expect(qualityPlot(few, 'digits')).not.toMatch(/NaN|Infinity/);
});
