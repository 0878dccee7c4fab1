import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePng } from '@isonoise/picture';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { featureGraph } from '../../testdata/feature-graph.ts';
import { isonoise } from '../../testdata/isonoise-command.ts';

const SIZE = 4;
let root = '';
let train: readonly string[] = [];

/** Writes eight grey pictures, and networks whose features are the pixels. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-run-quality-'));
  await mkdir(join(root, 'images'));
  for (let i = 0; i < 8; i++) {
    const data = Uint8Array.from({ length: SIZE * SIZE }, (_, at) => (at * 16 + i * 29) % 256);
    const png = encodePng({ width: SIZE, height: SIZE, channels: 1, data });
    await writeFile(join(root, 'images', `${i}.png`), png);
  }
  await writeFile(join(root, 'pixels.onnx'), featureGraph({ size: SIZE, classes: 0 }));
  await writeFile(join(root, 'others.onnx'), featureGraph({ size: SIZE, classes: 2 }));
  train = [
    'train',
    ...['--dataset', join(root, 'images'), '--grayscale', '--runs', join(root, 'runs'), '--name', 'run'],
    ...'--channels 8 --optimizer adamw --batch-size 2 --steps 4 --sample-every 0 --sample-steps 2 --threads 1'.split(
      ' ',
    ),
    ...'--evaluate-every 2 --evaluate-count 20 --features-output pixels'.split(' '),
  ];
});
afterAll(() => rm(root, { recursive: true, force: true }));

const features = () => ['--features', join(root, 'pixels.onnx')];

describe('isonoise train --evaluate-every', () => {
  it('uses models/picture-features by default, and fails if the file of --features is missing', async () => {
    // The network models/picture-features has no output named pixels.
    const { code, stderr } = await isonoise(train);
    const outputs = `${join('models', 'picture-features', 'model.onnx')} has no such output; expected features or logits`;
    expect([code, stderr]).toEqual([2, expect.stringContaining(outputs)]);
    const unknown = await isonoise([...train, ...features().with(1, join(root, 'missing.onnx'))]);
    expect(unknown.code).not.toBe(0);
    expect(await readdir(root)).not.toContain('runs');
  });

  it('refuses --features without --evaluate-every', async () => {
    const { code, stderr } = await isonoise([...train, ...features(), '--evaluate-every', '0']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--features: has no effect without --evaluate-every'),
    ]);
    expect(await readdir(root)).not.toContain('runs');
  });

  it('writes FID to metrics, plot, TensorBoard and JSON, so that export-onnx can choose the checkpoint with the best FID', async () => {
    const { code, stdout } = await isonoise([...train, ...features(), '--best', 'fid', '--json', '--quiet']);
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    const measured = events.filter(({ type }) => type === 'quality');
    expect(measured.map(({ step, count }) => [step, count])).toEqual([
      [2, 20],
      [4, 20],
    ]);
    const run = join(root, 'runs', 'run');
    const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    const fids = lines.map((line) => JSON.parse(line)).filter((line) => 'fid' in line);
    expect(fids.map(({ step, fid }) => [step, fid])).toEqual(measured.map(({ step, fid }) => [step, fid]));
    for (const { fid } of fids) expect(fid).toBeGreaterThan(0);
    expect(await readFile(join(run, 'loss.svg'), 'utf8')).toContain('>FID</text>');
    expect(JSON.parse(await readFile(join(run, 'run.json'), 'utf8'))).toMatchObject({
      features: { path: join(root, 'pixels.onnx'), output: 'pixels', identity: expect.any(String) },
    });
    const [name = ''] = (await readdir(run)).filter((each) => each.startsWith('events.out'));
    expect(await readFile(join(run, name), 'latin1')).toContain('fid');

    const best = Number((fids[0]?.fid ?? 0) <= (fids[1]?.fid ?? 0) ? 2 : 4);
    const out = ['--out', join(root, 'model'), '--checkpoint', 'best', '--samples', '1', '--json', '--quiet'];
    const exported = await isonoise(['export-onnx', run, ...out]);
    expect(JSON.parse(exported.stdout)).toMatchObject({ step: best });
  });

  it('uses the same feature network when it resumes, and refuses a different network', async () => {
    const resume = ['train', '--runs', join(root, 'runs'), '--name', 'run', '--resume', '--steps', '6'];
    const other = await isonoise([...resume, '--features', join(root, 'others.onnx')]);
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringContaining('not the network that measured the run so far'),
    ]);
    expect((await isonoise([...resume, '--quiet'])).code).toBe(0);
    const text = await readFile(join(root, 'runs', 'run', 'metrics.jsonl'), 'utf8');
    const steps = text.match(/"step":\d+,"fid"/g);
    expect(steps).toEqual(['"step":2,"fid"', '"step":4,"fid"', '"step":6,"fid"']);
  });
});

it('isonoise evaluate exports a run and measures the export', async () => {
  const run = join(root, 'runs', 'run');
  const out = [
    '--out',
    join(root, 'out'),
    '--cache',
    join(root, 'cache'),
    '--provider',
    'cpu',
    '--threads',
    '1',
  ];
  const how = [...features(), '--output', 'pixels', '--count', '10', '--steps', '2'];
  const evaluated = await isonoise(['evaluate', run, ...how, ...out, '--json', '--quiet']);
  expect([evaluated.code, evaluated.stderr]).toEqual([0, '']);
  expect(JSON.parse(evaluated.stdout)).toMatchObject({ rows: [{ measures: { images: 10 } }] });
  const few = ['--bits-count', '4', '--bits-steps', '2', '--flow-steps', '1'];
  const bits = await isonoise(['evaluate', run, '--bits', ...few, ...out, '--json', '--quiet']);
  expect([bits.code, JSON.parse(bits.stdout)]).toMatchObject([0, { images: 4, split: 'training' }]);
  const written = await isonoise(['evaluate', run, ...how, ...out, '--write']);
  expect([written.code, written.stderr]).toEqual([
    2,
    expect.stringContaining('is a run, which does not have a model card'),
  ]);
});
