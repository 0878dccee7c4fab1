import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { images, keepPetsRun, path, resume, run, TINY, train } from '../../testdata/pets-run.ts';

keepPetsRun();

describe.sequential('a run whose last checkpoint is not a file', () => {
  const file = (): string => path('runs', 'pets', 'checkpoints', 'step-00000002.safetensors');

  it.runIf(process.platform !== 'win32')(
    'is resumed from the previous checkpoint if it is a pipe, and replaces the pipe',
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

  it('is resumed from the previous checkpoint if the last one is a folder, and then fails without replacing the folder', async () => {
    await rm(file());
    await mkdir(file());
    const ended = await train('--resume');
    expect(ended.stderr).toMatch(/step-00000002\.safetensors could not be used: .*found a folder/);
    expect(ended.stderr).toMatch(/RUN_WRITE.*step-00000002\.safetensors could not be written: .*EISDIR/);
    expect(ended.code).toBe(1);
  });
});

describe.sequential('a run with the same images', () => {
  it('is resumed from a different working folder', async () => {
    await rm(path('runs'), { recursive: true });
    const before = process.cwd();
    try {
      process.chdir(path());
      expect((await train('--dataset', './pets', ...TINY)).code).toBe(0);
      process.chdir(tmpdir());
      const resumed = await resume('--steps', '3');
      expect(resumed.code, resumed.stderr).toBe(0);
    } finally {
      process.chdir(before);
    }
  });

  it('is resumed with a new path of the images, which is recorded', async () => {
    await rename(images(), path('moved'));
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

  it('is resumed with a configuration file that contains the data set', async () => {
    await rm(path('runs'), { recursive: true });
    await writeFile(path('config.json'), JSON.stringify({ dataset: images(), steps: 2 }));
    expect((await train('--config', path('config.json'), ...TINY)).code).toBe(0);
    const resumed = await resume('--config', path('config.json'));
    expect(resumed.code, resumed.stderr).toBe(0);
  });

  it.each(['missing', 'truncated', 'changed'])(
    'gets a correct record of the images again if the record is %s',
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

  it('is resumed with a note if an earlier version did not record the images, which are then recorded', async () => {
    const file = path('runs', 'pets', 'run.json');
    const { place: _, dataSha256, ...older } = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify(older));
    await rm(path('runs', 'pets', 'data.json'));
    const first = await train('--resume');
    expect(first.code, first.stderr).toBe(0);
    expect(first.stderr).toContain('pixels and labels could not be compared');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ dataSha256, place: images() });
    expect(JSON.parse(await readFile(path('runs', 'pets', 'data.json'), 'utf8'))).toMatchObject({
      sha256: dataSha256,
    });
    expect((await train('--resume')).stderr).not.toContain('could not be compared');
    // Class names are compared, because the earlier version recorded them.
    await writeFile(file, JSON.stringify({ ...older, classNames: ['cat', 'eel'] }));
    expect((await resume()).stderr).toContain('class 1 was "eel" and is "dog"');
  });
});
