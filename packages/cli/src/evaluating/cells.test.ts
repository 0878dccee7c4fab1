import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { cellName, cellsOf } from './cells.ts';

const spec: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
  classes: { count: 4, names: ['a', 'b', 'c'], nullClass: 3 },
};

describe('cellsOf', () => {
  it('returns every combination, and counts each guided step as two network calls', () => {
    const flags = {
      samplers: ['ddim', 'heun'],
      steps: [5, 10],
      spacing: ['trailing'],
      guidance: [1, 2],
      seed: '1',
    } as const;
    const cells = cellsOf(flags, spec, 'model');
    expect(cells.map((cell) => [cellName(cell), cell.calls])).toEqual([
      ['ddim 5 trailing, guidance 1', 5],
      ['ddim 5 trailing, guidance 2', 10],
      ['ddim 10 trailing, guidance 1', 10],
      ['ddim 10 trailing, guidance 2', 20],
      // Heun's method calls the network twice in each step except the last.
      ['heun 5 trailing, guidance 1', 9],
      ['heun 5 trailing, guidance 2', 18],
      ['heun 10 trailing, guidance 1', 19],
      ['heun 10 trailing, guidance 2', 38],
    ]);
    expect(new Set(cells.map(({ folder }) => folder)).size).toBe(8);
  });

  it('uses the defaults of the sampler and of the model, and cycles through the classes', () => {
    const flags = { samplers: ['ddim'], guidance: [1], seed: '7' } as const;
    const [cell, ...others] = cellsOf(flags, spec, 'model');
    expect(others).toEqual([]);
    expect(cell).toMatchObject({ sampler: 'ddim', steps: 50, spacing: null, guidance: 1, calls: 50 });
    expect(cell?.request([4, 5])).toMatchObject({ seed: '7', images: [4, 5], class: [1, 2] });
    const [unconditional] = cellsOf(flags, { ...spec, classes: null }, 'model');
    expect(unconditional?.request([4])).not.toHaveProperty('class');
  });

  it('uses the guide, unless the guidance scale is 1', () => {
    const flags = { samplers: ['ddim'], steps: [5], guidance: [1, 2], seed: '1' } as const;
    const guide = { spec, sha256: 'a'.repeat(64), denoise: async (x: Float32Array) => x };
    const [plain, guided] = cellsOf(flags, spec, 'model', { guide });
    const [, byClass] = cellsOf(flags, spec, 'model');
    expect([plain?.calls, guided?.calls]).toEqual([5, 10]);
    expect(plain?.folder).toBe(cellsOf(flags, spec, 'model')[0]?.folder);
    expect(plain?.request([0]).guide).toBeUndefined();
    expect(guided?.request([0])).toMatchObject({ guidance: 2, guide });
    const other = cellsOf(flags, spec, 'model', { guide: { ...guide, sha256: 'b'.repeat(64) } })[1];
    expect(new Set([guided?.folder, byClass?.folder, other?.folder]).size).toBe(3);
  });

  it('chooses the same folder only if the model, the seed and all settings are equal', () => {
    const folder = (seed: string, identity: string) =>
      cellsOf({ samplers: ['ddim'], guidance: [1], seed }, spec, identity)[0]?.folder;
    expect(folder('1', 'model')).toMatch(/^ddim-50-g1-[0-9a-f]{12}$/);
    expect(folder('1', 'model')).toBe(folder('1', 'model'));
    expect(folder('2', 'model')).not.toBe(folder('1', 'model'));
    expect(folder('1', 'other')).not.toBe(folder('1', 'model'));
  });

  it('draws with the tags of each image, and uses a different folder for different tags', () => {
    const known = { names: ['red', 'disc'], counts: [3, 2], dropped: true };
    const tagged: ModelSpec = { ...spec, classes: null, tags: known };
    const lists = [[], ['red'], ['disc', 'red']];
    const tags = { of: (image: number) => lists[image % 3] ?? [], example: 1, text: '', identity: 'a' };
    const flags = { samplers: ['ddim'], steps: [5], guidance: [1, 2], seed: '1' } as const;
    const [plain, guided] = cellsOf(flags, tagged, 'model', { tags });
    expect([plain?.calls, guided?.calls]).toEqual([5, 10]);
    expect(guided?.request([0, 1, 2])).toMatchObject({ guidance: 2, tags: lists });
    // Without tags, guidance would have no effect.
    expect(guided?.request([0, 3])).toMatchObject({ guidance: 1, tags: [[], []] });
    const [other] = cellsOf(flags, tagged, 'model', { tags: { ...tags, identity: 'b' } });
    expect(plain?.folder).not.toBe(other?.folder);
    expect(plain?.folder).toBe(cellsOf(flags, tagged, 'model', { tags: { ...tags, example: 2 } })[0]?.folder);
  });

  it('refuses settings that the model or the sampler does not allow', () => {
    expect(() => cellsOf({ steps: [1001], guidance: [1], seed: '1' }, spec, '')).toThrow('1001');
    expect(() => cellsOf({ guidance: [2], seed: '1' }, { ...spec, classes: null }, '')).toThrow(/guidance/);
  });
});
