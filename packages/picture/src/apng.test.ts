import { decode, decodeApng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { encodeApng } from './apng.ts';

const frame = (channels: 1 | 3 | 4, first: number) => ({
  width: 5,
  height: 3,
  channels,
  data: Uint8Array.from({ length: 15 * channels }, (_, i) => (first + 7 * i) & 255),
});

describe('encodeApng', () => {
  it.each([1, 3, 4] as const)('keeps every sample of frames with %s channels', (channels) => {
    const frames = [frame(channels, 0), frame(channels, 100), frame(channels, 200)];
    const bytes = encodeApng(frames);
    const decoded = decodeApng(bytes, { checkCrc: true });
    expect(decoded).toMatchObject({ width: 5, height: 3, numberOfFrames: 3, numberOfPlays: 0 });
    expect(decoded.frames.map(({ data }) => Uint8Array.from(data))).toEqual(frames.map(({ data }) => data));
    // A reader that does not support animation shows the first frame.
    expect(Uint8Array.from(decode(bytes).data)).toEqual(frames[0]?.data);
  });

  it('stores the durations and the number of plays', () => {
    const frames = [frame(4, 0), frame(4, 1)];
    const decoded = decodeApng(encodeApng(frames, { delayMs: 40, lastDelayMs: 100_000, repeat: 2 }));
    expect(decoded.numberOfPlays).toBe(3);
    expect(decoded.frames.map(({ delayNumber, delayDenominator }) => delayNumber / delayDenominator)).toEqual(
      [0.04, 100],
    );
    expect(decodeApng(encodeApng(frames, { repeat: -1 })).numberOfPlays).toBe(1);
  });

  it('stores texts', () => {
    const decoded = decodeApng(encodeApng([frame(4, 0), frame(4, 1)], { text: { Software: 'isonoise' } }), {
      checkCrc: true,
    });
    expect([decoded.text, decoded.numberOfFrames]).toEqual([{ Software: 'isonoise' }, 2]);
    expect(Uint8Array.from(decoded.frames[0]?.data ?? [])).toEqual(frame(4, 0).data);
  });

  it('refuses an empty list of frames, frames that differ, and timings out of range', () => {
    expect(() => encodeApng([])).toThrow(expect.objectContaining({ code: 'PICTURE_NO_FRAMES' }));
    expect(() => encodeApng([frame(3, 0), frame(4, 0)])).toThrow(
      expect.objectContaining({ code: 'PICTURE_FRAMES_DIFFER' }),
    );
    expect(() => encodeApng([frame(3, 0)], { delayMs: -1 })).toThrow(
      expect.objectContaining({ code: 'PICTURE_OPTION' }),
    );
  });
});
