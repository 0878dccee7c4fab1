import { expect, it } from 'vitest';
import { lookNote } from './look-note.ts';

it('lookNote suggests options that suit the data set', () => {
  expect(lookNote({ palette: ['#000000ff'], asymmetry: 0 })).toBe(
    'pnpm sample can keep the look of the images: --palette auto (1 colour), --symmetry mirror',
  );
  expect(lookNote({ palette: null, asymmetry: 0.2 })).toBeNull();
});
