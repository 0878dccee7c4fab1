import { describe, expect, it } from 'vitest';
import { failure, onnxOf, parts, spec } from '../testdata/digits.ts';
import { memoryFiles } from './files.ts';
import { isGuidable } from './guidable.ts';
import { modelCard } from './model-card.ts';
import { fromOnnxMetadata, toOnnxMetadata } from './onnx-metadata.ts';
import { readBundle } from './read-bundle.ts';
import { withSampler } from './schedule-mapping.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';
import { readOnnxFile, toSingleFile } from './single-file.ts';
import type { ModelSpec } from './spec.ts';
import { writeBundle } from './write-bundle.ts';

const scheduler = withSampler(spec.scheduler, { guidance: 2.25 });
const guided: ModelSpec = { ...spec, scheduler };
const tags = { names: ['cat'], counts: [1], dropped: true };
const guidanceOf = (model: Pick<ModelSpec, 'scheduler'>): number | null =>
  schedulerMeaning(model.scheduler).guidance;

/** Models that cannot guide themselves, each with the reason. */
const UNGUIDED: readonly (readonly [Pick<ModelSpec, 'classes' | 'tags'>, string])[] = [
  [{ classes: null }, 'the model has neither classes nor tags'],
  [{ classes: { count: 2, names: ['zero', 'one'], nullClass: null } }, 'the model has no null class'],
  [
    { classes: null, tags: { ...tags, dropped: false } },
    'the model was never trained on images without tags',
  ],
];

describe('isGuidable', () => {
  it('is true for a model with a null class, and for one that was also trained without tags', () => {
    expect(isGuidable(spec)).toBe(true);
    expect(isGuidable({ classes: null, tags })).toBe(true);
    for (const [conditions] of UNGUIDED) expect(isGuidable(conditions)).toBe(false);
  });
});

describe('the recommended guidance', () => {
  it('is stored in the note of the scheduler, and absent without a recommendation', () => {
    expect(scheduler._isonoise).toEqual({ guidance: 2.25 });
    expect(guidanceOf(spec)).toBeNull();
    expect(withSampler(scheduler, { guidance: null })).toEqual(spec.scheduler);
  });

  it('stays if the default sampler changes', () => {
    const other = withSampler(scheduler, { sampler: 'unipc', steps: 9 });
    expect(schedulerMeaning(other)).toMatchObject({ sampler: 'unipc', steps: 9, guidance: 2.25 });
  });

  it('is read from a bundle, from its network alone, and from a single file', async () => {
    const files = memoryFiles();
    const manifest = await writeBundle(files, { ...parts, spec: guided, onnx: onnxOf(guided) });
    const { spec: read, onnx } = await readBundle(files);
    expect(guidanceOf(read)).toBe(2.25);
    for (const file of [onnx, toSingleFile({ manifest, onnx })])
      expect(guidanceOf((await readOnnxFile(file)).spec)).toBe(2.25);
  });

  it('is written into the model card', () => {
    expect(modelCard(guided, {})).toContain(
      '| Guidance | classifier-free, null class 2; recommended scale 2.25 |',
    );
    expect(modelCard(spec, {})).toContain('| Guidance | classifier-free, null class 2 |');
    expect(modelCard({ ...guided, classes: null, tags }, {})).toContain(
      '| Guidance | classifier-free, away from images without tags or with other tags; recommended scale 2.25 |',
    );
  });

  it.each(UNGUIDED)('is refused for the conditions %j, with the reason', async (conditions, reason) => {
    const model: ModelSpec = { ...guided, ...conditions };
    const { num_class_embeds: _, ...networkConfig } = parts.networkConfig;
    const written = writeBundle(memoryFiles(), {
      ...parts,
      spec: model,
      onnx: onnxOf(model),
      networkConfig: {
        ...networkConfig,
        ...(model.classes === null ? {} : { num_class_embeds: 2 }),
        ...(model.tags === undefined ? {} : { num_tags: 1 }),
      },
    });
    const message =
      `scheduler/scheduler_config.json: _isonoise.guidance is 2.25, but ${reason}, so it cannot be guided; expected no ` +
      'guidance. Remove it, or export the model again without --guidance.';
    await expect(written).rejects.toMatchObject({ code: 'BUNDLE_INCONSISTENT', message });
    expect(() => fromOnnxMetadata(toOnnxMetadata(model))).toThrow(message);
  });

  it('is refused on reading a bundle if the model cannot be guided', async () => {
    const files = memoryFiles();
    const { num_class_embeds: _, ...networkConfig } = parts.networkConfig;
    const plain: ModelSpec = { ...spec, classes: null };
    await writeBundle(files, { ...parts, spec: plain, onnx: onnxOf(plain), networkConfig });
    await files.write?.(
      'scheduler/scheduler_config.json',
      new TextEncoder().encode(JSON.stringify(scheduler)),
    );
    expect((await failure(readBundle(files, { verifyHashes: false }))).code).toBe('BUNDLE_INCONSISTENT');
  });
});
