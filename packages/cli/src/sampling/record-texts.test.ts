import { toSchedulerConfig } from '@isonoise/bundle';
import { toSampleRequest } from '@isonoise/runtime';
import { planSampling } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { recordTexts } from './record-texts.ts';

const spec = {
  name: 'dots',
  image: { channels: 1, height: 1, width: 1 },
  dataRange: [-1, 1] as const,
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};
/**
 * Image numbers of seven digits, so that the record of a run with all these images has more than 2²²
 * characters.
 */
const images = Array.from({ length: 600_000 }, (_, i) => 4_000_000 + i);
const finish = { mirror: false, palette: null };
const run = { plan: planSampling(toSampleRequest(spec, { seed: 1, steps: 1, images })) };

describe('recordTexts', () => {
  it('refuses a record that is too long for a PNG file', () => {
    for (const flags of [{ out: 'sheet.png' }, { out: 'folder/', atlas: 'atlas.png' }])
      expect(() => recordTexts(run, flags, finish)).toThrow(
        expect.objectContaining({
          code: 'CLI_USAGE',
          message: expect.stringMatching(
            /^--out: the request has \d+ characters; expected at most 4194304\. Add --no-metadata, or draw fewer images\.$/,
          ),
        }),
      );
  });

  it('accepts the same run with --no-metadata, or if no file contains all images', () => {
    const texts = recordTexts(run, { out: 'folder/' }, finish);
    expect(texts?.all).toBeUndefined();
    expect(JSON.parse(texts?.one(2).isonoise ?? '')).toMatchObject({ plan: { images: [4_000_002] } });
    expect(recordTexts(run, { out: 'sheet.png', metadata: false }, finish)).toBeUndefined();
  });
});
