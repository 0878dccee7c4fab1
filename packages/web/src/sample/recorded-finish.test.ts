import type { LookRecord } from '@isonoise/data';
import { expect, it } from 'vitest';
import { readRecordedFinish } from './recorded-finish.ts';

const RED = '#ff0000ff';
const BLUE = '#0000ffff';
const PALETTE = { finish: ['palette'] } as const;
const lookWith = (palette: readonly string[] | null) => async (): Promise<LookRecord> =>
  ({ palette }) as LookRecord;
const offline = () => Promise.reject(new Error('offline'));

it('readRecordedFinish shows the palette of the model in the form', async () => {
  const both = { finish: ['palette', 'symmetry'], palette: [RED] } as const;
  expect(await readRecordedFinish(both, lookWith([RED]))).toEqual({
    finish: { mirror: true, palette: [[255, 0, 0, 255]] },
    texts: { palette: 'auto', symmetry: 'mirror' },
    notes: [],
  });
  // Files of earlier versions do not contain the colours.
  expect(await readRecordedFinish(PALETTE, lookWith([BLUE]))).toMatchObject({
    finish: { palette: [[0, 0, 255, 255]] },
    texts: { palette: 'auto' },
  });
});

it('readRecordedFinish uses the colours of the file if the model has others, none or unknown ones', async () => {
  const file = { ...PALETTE, palette: [RED] };
  for (const [look, note] of [
    [lookWith([BLUE]), 'not that of the training images'],
    [lookWith(null), 'not that of the training images'],
    [async () => null, 'not that of the training images'],
    [offline, 'could not be loaded'],
  ] as const)
    expect(await readRecordedFinish(file, look)).toEqual({
      finish: { mirror: false, palette: [[255, 0, 0, 255]] },
      texts: { palette: '', symmetry: '' },
      notes: [expect.stringContaining(note)],
    });
});

it('readRecordedFinish leaves out a palette that neither the file nor the model has', async () => {
  expect(await readRecordedFinish(PALETTE, lookWith(null))).toEqual({
    finish: { mirror: false, palette: null },
    texts: { palette: '', symmetry: '' },
    notes: [expect.stringContaining('does not contain the palette')],
  });
  await expect(readRecordedFinish(PALETTE, offline)).rejects.toThrow('offline');
});

it('readRecordedFinish does not read the model’s colours for images without a palette', async () => {
  expect(await readRecordedFinish({}, offline)).toMatchObject({ finish: null, notes: [] });
  expect(await readRecordedFinish({ finish: ['symmetry'] }, offline)).toEqual({
    finish: { mirror: true, palette: null },
    texts: { palette: '', symmetry: 'mirror' },
    notes: [],
  });
});
