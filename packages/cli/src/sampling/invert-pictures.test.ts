import { describe, expect, it } from 'vitest';
import { contentOf, keepTwoBars, ran, run } from '../../testdata/two-bars.ts';

keepTwoBars();

describe('pnpm invert', () => {
  it('can be stopped and resumed with the same result, but not by pnpm interpolate', async () => {
    await ran('invert', 'a.png', '--steps', '2', '--out', 'whole.npy');
    await ran(
      'invert',
      'a.png',
      '--steps',
      '2',
      '--out',
      'x.npy',
      '--stop-after',
      '1',
      '--save-state',
      'invert.json',
    );
    const { stderr, code } = await run('interpolate', '--resume-state', 'invert.json', '--out', 'z.png');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('is a state of invert; expected one of interpolate. Use pnpm invert.'),
    ]);
    const out = JSON.parse(
      await ran('invert', '--resume-state', 'invert.json', '--out', 'rest.npy', '--json'),
    );
    expect(out).toMatchObject({ images: 1, sampler: 'dpmpp-2m', steps: 2 });
    expect(await contentOf('rest.npy')).toEqual(await contentOf('whole.npy'));
  });

  it('refuses to run without pictures', async () => {
    const { code, stderr } = await run('invert', '--out', 'x.npy');
    expect(code).toBe(2);
    expect(stderr).toContain('pictures are missing; expected their files, or --resume-state.');
  });
});
