import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

it('watched prints the seed of an input that hangs, and kills the process', () => {
  const program = `
    import { watched } from ${JSON.stringify(path.join(import.meta.dirname, 'watchdog.ts'))};
    const target = watched('loop', { about: '', tryOne: async (seed) => { while (seed === 7); return 'ended'; } }, 1);
    console.log(await target.tryOne(6));
    await target.tryOne(7);`;
  const flags = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout, stderr, signal } = spawnSync(process.execPath, flags, {
    encoding: 'utf8',
    timeout: 100_000,
  });
  expect({ stdout, signal }).toEqual({ stdout: 'ended\n', signal: 'SIGKILL' });
  expect(stderr).toContain('pnpm fuzz loop --seed 7 --count 1\nhangs: no result within 1 s');
});
