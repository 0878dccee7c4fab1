import { expect, it } from 'vitest';
import { chaosReport } from './report.ts';

it('chaosReport counts kills by signal and stage', () => {
  const text = chaosReport({
    seed: 1,
    training: {
      kills: [
        { signal: 'SIGKILL', stage: 'later', endedCleanly: false },
        { signal: 'SIGINT', stage: 'later', endedCleanly: true },
        { signal: 'SIGINT', stage: 'before its first file', endedCleanly: false },
      ],
      completed: 2,
    },
    killedExports: 4,
    date: '2026-12-01',
    surroundings: 'Node 20.0.0, linux x64',
  });
  expect(text).toContain('`pnpm chaos --kills 3 --seed 1`, 2026-12-01, Node 20.0.0, linux x64.');
  expect(text).toContain('killed 3 times');
  expect(text).toContain('All 2 runs completed');
  expect(text).toContain('| SIGKILL | 1 | 0 | 0 | 1 | – |');
  expect(text).toContain('| SIGINT | 2 | 1 | 0 | 1 | 1 |');
  expect(text).toContain('| SIGHUP | 0 | 0 | 0 | 0 | 0 |');
  expect(text).toContain('4 exports were killed');
});
