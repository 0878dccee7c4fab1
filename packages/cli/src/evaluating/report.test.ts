import { expect, it } from 'vitest';
import { measures } from '../../testdata/measures.ts';
import { qualityPlot } from './quality-plot.ts';
import { markdownTable, type ResultRow, terminalTable } from './report.ts';

const cell = { sampler: 'ddim', steps: 10, spacing: null, guidance: 1.5, calls: 20 } as const;
const rows: readonly ResultRow[] = [
  { cell, measures },
  { cell: null, measures: { ...measures, fid: 2, rightClass: 0.989 } },
];

it('terminalTable aligns the main measures and leaves out empty columns', () => {
  expect(terminalTable(rows)).toBe(
    [
      'images  steps  guidance  calls   FID  ÷ real               KID  precision  recall  right class',
      'ddim       10       1.5     20  4.57    2.28  0.0123 ± 0.00200      0.900   0.800       93.5 %',
      'real        –         –      –  2.00       –  0.0123 ± 0.00200      0.900   0.800       98.9 %',
    ].join('\n'),
  );
});

it('markdownTable has all measures', () => {
  const [titles, , first] = markdownTable(rows).split('\n');
  expect(titles).toBe(
    '| images | steps | guidance | calls | FID | ÷ real | KID | precision | recall | right class | density | coverage | class score | 1-NN |',
  );
  expect(first).toBe(
    '| ddim | 10 | 1.5 | 20 | 4.57 | 2.28 | 0.0123 ± 0.00200 | 0.900 | 0.800 | 93.5 % | 1.100 | 0.700 | 8.900 | 51.0 % |',
  );
});

it('qualityPlot draws a line for each setting and for real images', () => {
  const svg = qualityPlot([...rows, { cell: { ...cell, calls: 40 }, measures }], 'digits');
  for (const text of ['digits', 'ddim, guidance 1.5', 'real images', 'network calls per image', 'FID']) {
    expect(svg).toContain(text);
  }
  expect(svg).toMatch(/^<svg/);
  expect(svg).not.toContain('NaN');
});
