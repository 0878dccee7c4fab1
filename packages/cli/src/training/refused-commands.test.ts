import { execFileSync } from 'node:child_process';
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import {
  contentOf,
  drawImages,
  images,
  keepPetsRun,
  path,
  run,
  TINY,
  train,
} from '../../testdata/pets-run.ts';

keepPetsRun();

describe.sequential('train leaves a run unchanged if it refuses', () => {
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
      error: /CLI_ENGINE_UNAVAILABLE/,
    },
    {
      title: 'an unavailable provider',
      args: ['--resume', '--provider', 'cuda'],
      error: /CLI_ENGINE_UNAVAILABLE/,
    },
    {
      title: '--overwrite with an engine that is not installed',
      args: ['--overwrite', '--dataset', 'PETS', '--quiet', '--engine', 'tfjs-node'],
      error: /CLI_ENGINE_UNAVAILABLE/,
    },
    {
      title: 'a different network',
      args: ['--resume', '--channels', '16,16'],
      error:
        /RUN_CONFIG_DIFFERS.*\n {2}network\.block_out_channels: \[8,8\] in the checkpoint, \[16,16\] requested\n/,
    },
    {
      title: 'a network with a different number of levels',
      args: ['--resume', '--channels', '8,8,8'],
      error:
        /RUN_CONFIG_DIFFERS.*\n {2}network\.block_out_channels: \[8,8\] in the checkpoint, \[8,8,8\] requested\n/,
    },
    {
      title: 'a different seed',
      args: ['--resume', '--seed', '5'],
      error: /seed: 0 in the checkpoint, 5 requested/,
    },
    {
      title: 'fewer steps than are already done',
      args: ['--resume', '--steps', '1'],
      error: /steps is 1, but step-00000002\.safetensors is at step 2/,
    },
    {
      title: 'a different image size',
      args: ['--resume', '--size', '16'],
      error: /size: null in the run, 16 requested/,
    },
    {
      title: '--unconditional for a resumed run',
      args: ['--resume', '--unconditional'],
      error: /'--unconditional' cannot be used with option '--resume'/,
    },
    {
      title: '--resume together with --overwrite',
      args: ['--resume', '--overwrite'],
      error: /'--overwrite' cannot be used with option '--resume'/,
    },
    {
      title: 'a preset for a resumed run',
      args: ['--resume', '--preset', 'quick'],
      error: /'--preset <name>' cannot be used with option '--resume'/,
    },
    { title: 'an existing run without --resume', args: ['--dataset', 'PETS', ...TINY], error: /RUN_EXISTS/ },
    {
      title: 'an existing run before it reads the images',
      args: ['--dataset', 'no-such-images', ...TINY],
      error: /RUN_EXISTS/,
    },
    {
      title: 'a missing data set',
      args: ['--resume', '--dataset', 'nowhere'],
      error: /DATA_NOT_FOUND[\s\S]*--resume --dataset <path>/,
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
      title: '--overwrite with an invalid configuration',
      args: ['--overwrite', '--dataset', 'PETS', ...TINY, '--channels', '12,12'],
      error: /NETWORK_CONFIG/,
    },
    {
      title: 'a replaced image',
      args: ['--resume'],
      error: /RUN_DATA_DIFFERS[\s\S]*1 with other pixels: dog\/1\.png/,
      before: () => cp(join(images(), 'dog', '0.png'), join(images(), 'dog', '1.png')),
    },
    {
      title: 'a replaced image if the record of the images is damaged',
      args: ['--resume'],
      error: /RUN_DATA_DIFFERS[\s\S]*their SHA-256 is/,
      before: async () => {
        await cp(join(images(), 'dog', '0.png'), join(images(), 'dog', '1.png'));
        const record = JSON.parse(await readFile(run('data.json'), 'utf8'));
        await writeFile(run('data.json'), JSON.stringify({ ...record, classNames: 5, files: {} }));
      },
    },
    {
      title: 'a replaced image if the record of the images is truncated',
      args: ['--resume'],
      error: /RUN_DATA_DIFFERS[\s\S]*their SHA-256 is/,
      before: async () => {
        await cp(join(images(), 'dog', '0.png'), join(images(), 'dog', '1.png'));
        const record = JSON.parse(await readFile(run('data.json'), 'utf8'));
        await writeFile(run('data.json'), JSON.stringify({ ...record, digests: 'ab', labels: [0] }));
      },
    },
    {
      title: 'a damaged image, with advice to restore the images',
      args: ['--resume'],
      error:
        /dog.1\.png: cannot be decoded [^\n]*\n(?![\s\S]*--skip-bad)The run was started with the images of .*Restore them/,
      before: async () => {
        const whole = await readFile(join(images(), 'dog', '1.png'));
        await writeFile(join(images(), 'dog', '1.png'), whole.subarray(0, 45));
      },
    },
    {
      title: 'an image of a different size, with advice to restore the images',
      args: ['--resume'],
      error: /dog.1\.png is 4x4; expected one size\.\nThe run was started with (?![\s\S]*--size)/,
      before: async () => {
        const data = new Uint8Array(4 * 4 * 3);
        const small = encode({ width: 4, height: 4, channels: 3, data });
        await writeFile(join(images(), 'dog', '1.png'), small);
      },
    },
    {
      title: 'a missing image',
      args: ['--resume'],
      error: /images: 6 before, now 5/,
      before: () => rm(join(images(), 'dog', '2.png')),
    },
    {
      title: 'an image that was moved to a different class',
      args: ['--resume'],
      error: /RUN_DATA_DIFFERS[\s\S]*1 in a different class/,
      before: () => rename(join(images(), 'dog', '0.png'), join(images(), 'cat', '9.png')),
    },
    {
      title: 'a class that was renamed',
      args: ['--resume'],
      error: /class 1 was "dog" and is "hound"/,
      before: () => rename(join(images(), 'dog'), join(images(), 'hound')),
    },
    {
      title: 'different images in a different folder',
      args: ['--resume', '--dataset', 'OTHER'],
      error: /RUN_DATA_DIFFERS/,
      before: () => drawImages(path('other'), 7),
    },
    {
      title: 'a different seed if a killed process left a temporary file',
      args: ['--resume', '--seed', '5'],
      error: /RUN_CONFIG_DIFFERS/,
      before: () =>
        writeFile(run('checkpoints', '.step-00000007.safetensors.123.tmp'), `half of ${hostname()}`),
    },
  ];
  it.runIf(process.platform !== 'win32')('a configuration that is a pipe', async () => {
    execFileSync('mkfifo', [path('pipe.json')]);
    const ended = await train('--dataset', images(), '--name', 'new', '--config', path('pipe.json'));
    expect(ended.stderr).toContain('found a pipe');
    expect(ended.code).toBe(2);
  });

  it.each(cases)('$title', async ({ args, error, before }) => {
    await before?.();
    const content = await contentOf(run());
    const placed = args.map((arg) => arg.replace('PETS', images()).replace('OTHER', path('other')));
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
  ])('a new run with the name %j, and creates no files', async (name, error) => {
    const content = await contentOf(path());
    const ended = await train('--dataset', images(), ...TINY, '--name', name, '--provider', 'cuda');
    expect(ended.stderr).toContain(error);
    expect(await contentOf(path())).toBe(content);
  });
});
