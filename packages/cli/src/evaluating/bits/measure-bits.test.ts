import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toSchedulerConfig } from '@isonoise/bundle';
import { exportBundle } from '@isonoise/export';
import { encodePng } from '@isonoise/picture';
import { fillUniforms } from '@isonoise/random';
import { nodeFiles } from '@isonoise/runtime-node';
import '@tensorflow/tfjs-backend-cpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cpuSession, type SmallModel, smallModel } from '../../../../export/testdata/small-networks.ts';
import { isonoise, spawned } from '../../../testdata/isonoise-command.ts';
import type { ExportFlags } from '../../exporting/export-flags.ts';
import { openModel } from '../../exporting/model-source.ts';
import type { BitsResult } from './bits-result.ts';

const SIZE = 8;
let root = '';

/**
 * Writes 25 random images in three folders, and three small models. One uses flow matching, and one uses a
 * sine schedule.
 */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-bits-'));
  const model = smallModel({ classes: 3, variance: 'learned_range' });
  const plain: SmallModel = smallModel();
  await save('small', model);
  for (const kind of ['flow', 'sine'] as const)
    await save(kind, { ...plain, spec: { ...plain.spec, scheduler: toSchedulerConfig({ kind }) } });
  for (let image = 0; image < 25; image++) {
    const folder = join(root, 'images', `class ${image % 3}`);
    await mkdir(folder, { recursive: true });
    const values = new Float32Array(SIZE * SIZE);
    fillUniforms(values, { seed: 9, image, step: 0, purpose: 'initialNoise' });
    const data = Uint8Array.from(values, (value) => 255 * value);
    await writeFile(
      join(folder, `${image}.png`),
      encodePng({ width: SIZE, height: SIZE, channels: 1, data }),
    );
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

function save(name: string, model: SmallModel): Promise<unknown> {
  return exportBundle(nodeFiles(join(root, name)), {
    ...model,
    createSession: (bytes) => cpuSession(bytes),
    referenceBackend: 'cpu',
    card: { license: 'apache-2.0' },
    sheet: { count: 1, steps: 2 },
  });
}

const command = (model: string, out: string, ...args: readonly string[]): readonly string[] => [
  'evaluate',
  join(root, model),
  ...['--dataset', join(root, 'images'), '--out', join(root, out), '--bits'],
  ...['--provider', 'cpu', '--threads', '1', ...args],
];

async function bitsOf(args: readonly string[]): Promise<BitsResult> {
  const { code, stdout, stderr } = await isonoise([...args, '--json', '--quiet']);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as BitsResult;
}

describe('isonoise evaluate --bits', () => {
  it('measures the bound for each variance and the ODE, and writes JSON and a plot', async () => {
    const args = command('small', 'both', '--bits-count', '12', '--bits-steps', '6', '--flow-steps', '3');
    const result = await bitsOf(args);
    expect(result).toMatchObject({ images: 12, classes: 'given', split: 'training', flow: { steps: 3 } });
    expect(result.bound?.variances.map(({ variance }) => variance)).toEqual([
      'fixedSmall',
      'fixedLarge',
      'learnedRange',
    ]);
    for (const { bits, curve } of result.bound?.variances ?? []) {
      // The bound is the sum of the prior and all terms. The curve contains the means of the terms.
      const sum = curve.reduce((total, { count, mean }) => total + count * mean, result.bound?.prior ?? 0);
      expect(bits.mean).toBeCloseTo(sum, 9);
      expect(bits.error).toBeGreaterThan(0);
      expect(curve).toHaveLength(6);
    }
    // An untrained network predicts bytes worse than the uniform distribution, which needs 8 bits.
    expect(result.flow?.mean).toBeGreaterThan(8);
    expect(await readFile(join(root, 'both', 'bits.svg'), 'utf8')).toContain('L_t, bits per dimension');
    const saved = JSON.parse(await readFile(join(root, 'both', 'bits.json'), 'utf8')) as BitsResult;
    expect(result).toEqual({ ...saved, out: join(root, 'both') });
  });

  it.each(['flow', 'sine'])(
    'measures only the ODE for a %s schedule, and refuses the bound',
    async (kind) => {
      const options = ['--bits-count', '3', '--flow-steps', '4'];
      const result = await bitsOf(command(kind, kind, ...options));
      expect([result.bound, result.classes, Number.isFinite(result.flow?.mean)]).toEqual([null, null, true]);
      const refused = await isonoise(command(kind, kind, ...options, '--bits-methods', 'bound'));
      expect([refused.code, refused.stderr]).toEqual([
        2,
        expect.stringContaining('has no variational bound'),
      ]);
    },
  );

  it('writes a separate section into the card', async () => {
    const args = command('small', 'both', '--bits-count', '12', '--bits-steps', '6', '--flow-steps', '3');
    expect((await isonoise([...args, '--write', '--quiet'])).code).toBe(0);
    const card = await readFile(join(root, 'small', 'README.md'), 'utf8');
    expect(card.match(/^## Bits per dimension$/gm)).toHaveLength(1);
    expect(card).toContain('12 training images of');
    expect(card).toMatch(/\| probability-flow ODE, 3 steps \| \d+\.\d{3} ± \d+\.\d{3} \|/);
    expect(card).toContain('--bits --bits-count 12 --bits-steps 6 --flow-steps 3');
    expect((await isonoise(['verify', join(root, 'small'), '--provider', 'cpu', '--quiet'])).code).toBe(0);
  });

  it('writes a section into the card that a re-export with the same precision keeps', async () => {
    const sectionsOf = async (flags: Partial<ExportFlags>): Promise<readonly string[]> => {
      const all = { out: 'copy', reference: 'cpu', samples: 1, ...flags } as const;
      const { card } = await openModel(join(root, 'small'), all, 'copy', 'pnpm export-onnx');
      return Object.keys(card.sections ?? {});
    };
    expect(await sectionsOf({ sampler: 'ddim' })).toContain('Bits per dimension');
    expect(await sectionsOf({ fp16: true })).not.toContain('Bits per dimension');
  });

  it('resumes after SIGINT with the same result', async () => {
    const options = ['--bits-count', '25', '--bits-steps', '120', '--bits-methods', 'bound'];
    let pid = 0;
    const watch = setInterval(async () => {
      const files = await readdir(join(root, 'stopped'), { recursive: true }).catch(() => []);
      if (pid !== 0 && files.some((name) => name.endsWith('.json'))) {
        clearInterval(watch);
        process.kill(pid, 'SIGINT');
      }
    }, 10);
    const ended = await spawned(command('small', 'stopped', ...options), undefined, (started) => {
      pid = started;
    });
    clearInterval(watch);
    expect(ended.code).toBe(130);
    expect(ended.stderr).toContain('stopped. Resume it with: pnpm evaluate');
    const resumed = await bitsOf(command('small', 'stopped', ...options));
    const whole = await bitsOf(command('small', 'whole', ...options));
    expect(resumed.bound).toEqual(whole.bound);
  });

  it('refuses options that apply only to drawing, and more timesteps than the model has', async () => {
    const fails = async (...args: string[]) => {
      const { code, stderr } = await isonoise(command('small', 'refused', ...args));
      return [code, stderr] as const;
    };
    for (const option of [
      ['--guidance', '2'],
      ['--guide', join(root, 'small')],
    ] as const)
      expect(await fails(...option)).toEqual([2, expect.stringContaining('cannot be used with')]);
    expect(await fails('--bits-steps', '1001')).toEqual([2, expect.stringContaining('has 1000 timesteps')]);
    expect(await fails('--bits-steps', '1')).toEqual([2, expect.stringContaining('at least 2, or all')]);
  });
});
