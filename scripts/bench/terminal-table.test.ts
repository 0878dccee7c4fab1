import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Row } from './bench.ts';
import { terminalTable } from './terminal-table.ts';

const rows: Row[] = [
  {
    what: 'step ÷ peak',
    value: 0.612,
    unit: '×',
    goal: { bound: 'at least', value: 0.55 },
    note: '80 ÷ 130 GFLOP/s',
  },
  { what: 'export', value: 6.5, unit: 's', goal: { bound: 'at most', value: 5 }, note: '' },
  { what: 'tfjs-node', value: null, unit: '×', note: 'not installed' },
];

describe('terminalTable', () => {
  it('aligns the columns for name, value and goal, and puts notes below the rows', () => {
    expect(terminalTable('training', rows, pc.createColors(false))).toBe(
      [
        'training',
        '  step ÷ peak  0.612 ×  ≥ 0.55  ok',
        '    80 ÷ 130 GFLOP/s',
        '  export        6.50 s  ≤ 5     missed',
        '  tfjs-node          –',
        '    not installed',
      ].join('\n'),
    );
  });

  it('writes the same text in colour', () => {
    const colored = terminalTable('training', rows, pc.createColors(true));
    expect(colored).toContain('\u001b[32mok');
    expect(colored).toContain('\u001b[31mmissed');
    const plain = stripVTControlCharacters(colored);
    expect(plain).toBe(terminalTable('training', rows, pc.createColors(false)));
  });

  it('writes only the name if the list of rows is empty', () => {
    expect(terminalTable('training', [], pc.createColors(false))).toBe('training');
  });
});
