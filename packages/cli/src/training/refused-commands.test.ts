import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';

let root = '';
let images = '';
const path = (...parts: string[]): string => join(root, ...parts);
const words = (text: string): string[] => text.split(' ');

const TINY = words(
  '--channels 8,8 --batch-size 2 --steps 2 --checkpoint-every 1 --sample-every 0 --threads 1 --quiet',
);

/** Writes a folder of two classes with three images each; `shade` makes one set differ from another. */
async function drawImages(folder: string, shade = 0): Promise<void> {
  for (const [c, name] of ['cat', 'dog'].entries()) {
    await mkdir(join(folder, name), { recursive: true });
    for (let i = 0; i < 3; i++) {
      const data = new Uint8Array(8 * 8 * 3).fill(100 * c + 20 * i + shade);
      await writeFile(join(folder, name, `${i}.png`), encode({ width: 8, height: 8, channels: 3, data }));
    }
  }
}

/** Lists every file of a folder with its SHA-256. */
async function contentOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const lines = entries.map(async (entry) => {
    const file = join(entry.parentPath, entry.name);
    const hash = entry.isFile()
      ? createHash('sha256')
          .update(await readFile(file))
          .digest('hex')
      : 'folder';
    return `${relative(folder, file)} ${hash}`;
  });
  return (await Promise.all(lines)).sort().join('\n');
}

const train = (...args: readonly string[]): ReturnType<typeof isonoise> =>
  isonoise(['train', '--runs', path('runs'), '--name', 'pets', ...args]);
const resume = (...args: readonly string[]): ReturnType<typeof isonoise> =>
  train('--resume', '--quiet', ...args);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-refused-'));
  images = path('pets');
  await drawImages(images);
  const begun = await train('--dataset', images, ...TINY);
  expect(begun.code, begun.stderr).toBe(0);
  await cp(path('runs'), path('kept'), { recursive: true });
}, 60_000);
beforeEach(async () => {
  for (const folder of ['runs', 'pets']) await rm(path(folder), { recursive: true, force: true });
  await cp(path('kept'), path('runs'), { recursive: true });
  await drawImages(images);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const run = (...parts: string[]): string => path('runs', 'pets', ...parts);

describe.sequential('a refused command leaves the run unchanged:', () => {
  const cases: readonly {
    readonly title: string;
    readonly args: readonly string[];
    readonly error: RegExp;
    readonly before?: () => Promise<unknown>;
  }[] = [
    {
      title: 'an unknown engine',
      args: ['--resume', '--engine', 'foo'],
      error: /CLI_USAGE: --engine foo/,
    },
    {
      title: 'an engine that is not installed',
      args: ['--resume', '--engine', 'tfjs-node'],
      error: /CLI_TFJS_NODE_UNAVAILABLE/,
    },
    {
      title: 'an unavailable provider',
      args: ['--resume', '--provider', 'cuda'],
      error: /CLI_ENGINE_UNAVAILABLE/,
    },
    {
      title: 'an engine that is not installed, for a run that would be replaced',
      args: ['--overwrite', '--dataset', 'PETS', '--quiet', '--engine', 'tfjs-node'],
      error: /CLI_TFJS_NODE_UNAVAILABLE/,
    },
    {
      title: 'another network',
      args: ['--resume', '--channels', '16,16'],
      error:
        /RUN_CONFIG_DIFFERS.*\n {2}network\.block_out_channels: \[8,8\] in the checkpoint, \[16,16\] requested\n/,
    },
    {
      title: 'another number of levels of the network',
      args: ['--resume', '--channels', '8,8,8'],
      error:
        /RUN_CONFIG_DIFFERS.*\n {2}network\.block_out_channels: \[8,8\] in the checkpoint, \[8,8,8\] requested\n/,
    },
    {
      title: 'another seed',
      args: ['--resume', '--seed', '5'],
      error: /seed: 0 in the checkpoint, 5 requested/,
    },
    {
      title: 'fewer steps than are already done',
      args: ['--resume', '--steps', '1'],
      error: /steps is 1, but step-00000002\.safetensors has taken 2/,
    },
    {
      title: 'another size of images',
      args: ['--resume', '--size', '16'],
      error: /size: null in the run, 16 requested/,
    },
    {
      title: 'a resumed run without classes',
      args: ['--resume', '--unconditional'],
      error: /'--unconditional' cannot be used with option '--resume'/,
    },
    {
      title: 'both resume and overwrite',
      args: ['--resume', '--overwrite'],
      error: /'--overwrite' cannot be used with option '--resume'/,
    },
    {
      title: 'a preset for a resumed run',
      args: ['--resume', '--preset', 'quick'],
      error: /'--preset <name>' cannot be used with option '--resume'/,
    },
    { title: 'a run that exists already', args: ['--dataset', 'PETS', ...TINY], error: /RUN_EXISTS/ },
    {
      title: 'a missing data set',
      args: ['--resume', '--dataset', 'nowhere'],
      error: /DATA_NOT_FOUND[\s\S]*--resume --dataset <place>/,
    },
    {
      title: 'a configuration that is not JSON',
      args: ['--resume', '--config', 'PETS/cat/0.png'],
      error: /cannot be read as JSON/,
    },
    {
      title: 'a configuration with a key that occurs twice',
      args: ['--resume', '--config', 'PETS/../twice.json'],
      error: /CLI_USAGE: --config .*: cannot be read as JSON: the key "steps" occurs twice in an object/,
      before: () => writeFile(path('twice.json'), '{"steps":1,"steps":2}'),
    },
    {
      title: 'an invalid configuration, for a run that would be replaced',
      args: ['--overwrite', '--dataset', 'PETS', ...TINY, '--channels', '12,12'],
      error: /NETWORK_CONFIG/,
    },
    {
      title: 'an image that was replaced',
      args: ['--resume'],
      error: /RUN_DATA_DIFFERS[\s\S]*1 with other pixels: dog\/1\.png/,
      before: () => cp(join(images, 'dog', '0.png'), join(images, 'dog', '1.png')),
    },
    {
      title: 'an image that was replaced, with a damaged record of the images',
      args: ['--resume'],
      error: /RUN_DATA_DIFFERS[\s\S]*their SHA-256 is/,
      before: async () => {
        await cp(join(images, 'dog', '0.png'), join(images, 'dog', '1.png'));
        const record = JSON.parse(await readFile(run('data.json'), 'utf8'));
        await writeFile(run('data.json'), JSON.stringify({ ...record, classNames: 5, files: {} }));
      },
    },
    {
      title: 'an image that was replaced, with a truncated record of the images',
      args: ['--resume'],
      error: /RUN_DATA_DIFFERS[\s\S]*their SHA-256 is/,
      before: async () => {
        await cp(join(images, 'dog', '0.png'), join(images, 'dog', '1.png'));
        const record = JSON.parse(await readFile(run('data.json'), 'utf8'));
        await writeFile(run('data.json'), JSON.stringify({ ...record, digests: 'ab', labels: [0] }));
      },
    },
    {
      title: 'a damaged image, without the advice to leave it out',
      args: ['--resume'],
      error:
        /dog.1\.png: cannot be decoded [^\n]*\n(?![\s\S]*--skip-bad)The run was begun with the images of .*Restore them/,
      before: async () => {
        const whole = await readFile(join(images, 'dog', '1.png'));
        await writeFile(join(images, 'dog', '1.png'), whole.subarray(0, 45));
      },
    },
    {
      title: 'an image of another size, without the advice to scale it',
      args: ['--resume'],
      error: /dog.1\.png is 4x4; expected one size\.\nThe run was begun with (?![\s\S]*--size)/,
      before: async () => {
        const data = new Uint8Array(4 * 4 * 3);
        const small = encode({ width: 4, height: 4, channels: 3, data });
        await writeFile(join(images, 'dog', '1.png'), small);
      },
    },
    {
      title: 'a missing image',
      args: ['--resume'],
      error: /there were 6 images; now there are 5/,
      before: () => rm(join(images, 'dog', '2.png')),
    },
    {
      title: 'an image that was moved to another class',
      args: ['--resume'],
      error: /RUN_DATA_DIFFERS[\s\S]*1 in another class/,
      before: () => rename(join(images, 'dog', '0.png'), join(images, 'cat', '9.png')),
    },
    {
      title: 'a class that was renamed',
      args: ['--resume'],
      error: /class 1 was "dog" and is "hound"/,
      before: () => rename(join(images, 'dog'), join(images, 'hound')),
    },
    {
      title: 'other images in another place',
      args: ['--resume', '--dataset', 'OTHER'],
      error: /RUN_DATA_DIFFERS/,
      before: () => drawImages(path('other'), 7),
    },
    {
      title: 'checkpoints that are all damaged',
      args: ['--resume'],
      error: /RUN_CHECKPOINT_NOT_FOUND: checkpoint: all 2 are damaged/,
      before: async () => {
        for (const step of [1, 2])
          await writeFile(run('checkpoints', `step-0000000${step}.safetensors`), 'x');
      },
    },
    {
      title: 'unreadable metrics',
      args: ['--resume'],
      error: /RUN_METRICS_DAMAGED/,
      before: () => appendFile(run('metrics.jsonl'), 'not JSON\n'),
    },
    {
      title: 'a configuration of the run that is out of range',
      args: ['--resume'],
      error: /RUN_FILE: run .*: config\.json cannot be used: .*\n.*steps: /,
      before: () => writeFile(run('config.json'), '{"dataset":"pets","network":{},"steps":0}'),
    },
    {
      title: 'an unreadable record of the run',
      args: ['--resume'],
      error: /RUN_FILE/,
      before: () => writeFile(run('run.json'), '{'),
    },
    {
      title: 'a run that another process holds',
      args: ['--resume'],
      error: /RUN_LOCKED/,
      before: () =>
        writeFile(run('lock'), JSON.stringify({ pid: 1, host: 'elsewhere.invalid', started: null })),
    },
    {
      title: 'another seed, with a temporary file of a killed process',
      args: ['--resume', '--seed', '5'],
      error: /RUN_CONFIG_DIFFERS/,
      before: () =>
        writeFile(run('checkpoints', '.step-00000007.safetensors.123.tmp'), `half of ${hostname()}`),
    },
  ];
  it.each([
    [
      'data.size',
      { data: { dataset: 'pets', size: 'x' } },
      'is "x"; expected an integer from 1 to 4096 or null',
    ],
    ['data.skipBad', { data: { dataset: 'pets', skipBad: 1 } }, 'is 1; expected true or false'],
    ['data.dataset', { data: {} }, 'is missing; expected text'],
    [
      'engine.provider',
      { engine: { engine: 'onnxruntime', provider: 'foo', threads: null } },
      'is "foo"; expected cpu, cuda',
    ],
    [
      'engine.threads',
      { engine: { engine: 'onnxruntime', provider: 'cpu', threads: -1 } },
      'is -1; expected an integer',
    ],
    ['images', { images: -1 }, 'is -1; expected an integer'],
    ['classNames', { classNames: [1, 2] }, 'is [1,2]; expected a list of text or null'],
    ['place', { place: 5 }, 'is 5; expected text or null'],
    ['dataSha256', { dataSha256: 5 }, 'is 5; expected 64 hexadecimal digits or null'],
  ])('an edited %s in the record of the run', async (field, edit, found) => {
    const record = JSON.parse(await readFile(run('run.json'), 'utf8'));
    await writeFile(run('run.json'), JSON.stringify({ ...record, ...edit }));
    const content = await contentOf(run());
    const ended = await resume();
    expect(ended.stderr).toContain('error RUN_FILE: run ');
    expect(ended.stderr).toContain(`  ${field} ${found}`);
    expect(await contentOf(run())).toBe(content);
  });

  // Windows has no named pipes in folders.
  it.runIf(process.platform !== 'win32').each([
    ['config.json', /RUN_NOT_FOUND/],
    ['run.json', /RUN_FILE.*found a pipe/],
    ['metrics.jsonl', /metrics\.jsonl: found a pipe/],
    ['lock', /lock: found a pipe/],
  ])('a pipe in place of %s', async (name, error) => {
    await rm(run(name), { force: true });
    execFileSync('mkfifo', [run(name)]);
    const content = await contentOf(run());
    const ended = await train('--resume');
    expect(ended.stderr).toMatch(error);
    expect(ended.code).toBe(1);
    expect(await contentOf(run())).toBe(content);
    if (name === 'lock') return;
    for (const args of [
      ['info', run()],
      ['export-onnx', run(), '--out', path('model')],
    ])
      expect(await isonoise(args)).toMatchObject({ code: 1, stdout: '' });
  });

  it.runIf(process.platform !== 'win32')('a configuration that is a pipe', async () => {
    execFileSync('mkfifo', [path('pipe.json')]);
    const ended = await train('--dataset', images, '--name', 'new', '--config', path('pipe.json'));
    expect(ended.stderr).toContain('found a pipe');
    expect(ended.code).toBe(2);
  });

  it.each(cases)('$title', async ({ args, error, before }) => {
    await before?.();
    const content = await contentOf(run());
    const placed = args.map((arg) => arg.replace('PETS', images).replace('OTHER', path('other')));
    const ended = await train(...placed);
    expect(ended.stderr).toMatch(error);
    expect([1, 2]).toContain(ended.code);
    expect(await contentOf(run())).toBe(content);
  });

  it.each([
    ['../x', 'CLI_USAGE: --name'],
    ['..', 'CLI_USAGE: --name'],
    ['', 'CLI_USAGE: --name'],
    ['new', 'CLI_ENGINE_UNAVAILABLE'],
  ])('a new run named %j, for which nothing is created', async (name, error) => {
    const content = await contentOf(root);
    const ended = await train('--dataset', images, ...TINY, '--name', name, '--provider', 'cuda');
    expect(ended.stderr).toContain(error);
    expect(await contentOf(root)).toBe(content);
  });
});

describe.sequential('a run whose last checkpoint is not a file', () => {
  const file = (): string => path('runs', 'pets', 'checkpoints', 'step-00000002.safetensors');

  it.runIf(process.platform !== 'win32')(
    'is resumed from the previous checkpoint, and a pipe is replaced',
    async () => {
      await rm(file());
      execFileSync('mkfifo', [file()]);
      const ended = await train('--resume');
      expect(ended.stderr).toMatch(/step-00000002\.safetensors could not be used: .*found a pipe/);
      expect(ended.stderr).toContain('resuming from step-00000001.safetensors');
      expect(ended.code, ended.stderr).toBe(0);
      expect(await readFile(file())).toEqual(await readFile(path('kept', 'pets', relative(run(), file()))));
    },
  );

  it('is resumed from the previous checkpoint, but a folder is not replaced', async () => {
    await rm(file());
    await mkdir(file());
    const ended = await train('--resume');
    expect(ended.stderr).toMatch(/step-00000002\.safetensors could not be used: .*found a folder/);
    expect(ended.stderr).toMatch(/RUN_WRITE.*step-00000002\.safetensors could not be written: .*EISDIR/);
    expect(ended.code).toBe(1);
  });
});

describe.sequential('a run with the same images', () => {
  it('is resumed from another working folder', async () => {
    await rm(path('runs'), { recursive: true });
    const here = process.cwd();
    try {
      process.chdir(root);
      expect((await train('--dataset', './pets', ...TINY)).code).toBe(0);
      process.chdir(tmpdir());
      const resumed = await resume('--steps', '3');
      expect(resumed.code, resumed.stderr).toBe(0);
    } finally {
      process.chdir(here);
    }
  });

  it('is resumed with a new place of the images, and records that place', async () => {
    await rename(images, path('moved'));
    try {
      const lost = await resume('--steps', '3');
      expect(lost.stderr).toContain('DATA_NOT_FOUND');
      for (const args of [['--dataset', path('moved')], []]) {
        const found = await resume('--steps', '3', ...args);
        expect(found.code, found.stderr).toBe(0);
      }
    } finally {
      await rm(path('moved'), { recursive: true });
    }
  });

  it('is resumed with its configuration file, which names the data set', async () => {
    await rm(path('runs'), { recursive: true });
    await writeFile(path('config.json'), JSON.stringify({ dataset: images, steps: 2 }));
    expect((await train('--config', path('config.json'), ...TINY)).code).toBe(0);
    const resumed = await resume('--config', path('config.json'));
    expect(resumed.code, resumed.stderr).toBe(0);
  });

  it.each(['missing', 'truncated', 'changed'])(
    'rewrites its record of the images if it is %s',
    async (how) => {
      const text = await readFile(run('data.json'), 'utf8');
      await rm(run('data.json'));
      if (how === 'truncated') await writeFile(run('data.json'), text.slice(0, 100));
      if (how === 'changed')
        await writeFile(
          run('data.json'),
          text.replace('"cat/0.png"', '"cat/7.png"').replace(/"digests":"../, '"digests":"zz'),
        );
      const resumed = await resume('--steps', '3');
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(await readFile(run('data.json'), 'utf8')).toBe(text);
    },
  );

  it('is resumed with a note if an older version did not record the images, and records them', async () => {
    const file = path('runs', 'pets', 'run.json');
    const { place: _, dataSha256, ...older } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify(older));
    await rm(path('runs', 'pets', 'data.json'));
    const first = await train('--resume');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('pixels and labels could not be compared');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ dataSha256, place: images });
    expect(JSON.parse(await readFile(path('runs', 'pets', 'data.json'), 'utf8'))).toMatchObject({
      sha256: dataSha256,
    });
    expect((await train('--resume')).stderr).not.toContain('could not be compared');
    // Class names, which the older version recorded, are compared.
    await writeFile(file, JSON.stringify({ ...older, classNames: ['cat', 'eel'] }));
    expect((await resume()).stderr).toContain('class 1 was "eel" and is "dog"');
  });
});
