import { describe, expect, it } from 'vitest';
import { isLeft, offerAgainMs } from './offer-again.ts';

describe('offerAgainMs', () => {
  it('is one to two times the pause for a short queue', () => {
    expect([0, 0.5, 1].map((random) => offerAgainMs('other kind', 3, random))).toEqual([250, 375, 500]);
    expect(offerAgainMs('no model', 64, 0)).toBe(1000);
  });

  it('grows with a long queue, so that at most 256 ranges are offered in a second', () => {
    const pause = offerAgainMs('other kind', 2048, 0);
    expect([pause, 2048 / (pause / 1000)]).toEqual([8000, 256]);
    // A server that refuses changes refuses them for all ranges.
    expect(offerAgainMs('refused', 2048, 0)).toBe(1000);
  });
});

it('isLeft is true for the outcomes that leave a range in the queue for another worker', () => {
  expect(['other kind', 'no model', 'refused', 'stored', 'known', 'stopped', 'toString'].map(isLeft)).toEqual(
    [true, true, true, false, false, false, false],
  );
});
