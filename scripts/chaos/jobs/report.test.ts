import { expect, it } from 'vitest';
import { jobsReport } from './report.ts';

it('jobsReport contains the command and all counts', () => {
  const text = jobsReport({
    counts: { images: 10_000, different: 9998, kills: 20, killedBusy: 17, restarts: 2, discarded: 1 },
    seed: 3,
    minutes: 18.2,
    date: '2026-12-01',
    surroundings: 'Node 20.0.0, linux x64',
  });
  expect(text).toContain(
    '`pnpm chaos jobs --count 10000 --kills 20 --restarts 2 --seed 3`, 2026-12-01, Node 20.0.0, linux x64, 19 min.',
  );
  expect(text).toContain('| 10,000 | 20 | 17 | 2 | 1 | 10,000 | 9,998 |');
});
