import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFolder } from './replace-folder.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-replace-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const fill = (text: string) => (folder: string) => writeFile(join(folder, 'isonoise.json'), text);

describe('replaceFolder', () => {
  it('creates the folder, and replaces a bundle only with force', async () => {
    const path = join(root, 'models', 'a');
    await replaceFolder(path, false, fill('1'));
    await expect(replaceFolder(path, false, fill('2'))).rejects.toMatchObject({ code: 'CLI_OUTPUT_EXISTS' });
    await replaceFolder(path, true, fill('3'));
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('3');
    expect(await readdir(join(root, 'models'))).toEqual(['a']);
  });

  it('leaves the folder unchanged if filling fails', async () => {
    const path = join(root, 'a');
    await replaceFolder(path, false, fill('1'));
    const failing = replaceFolder(path, true, async (folder) => {
      await fill('2')(folder);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('1');
    expect(await readdir(root)).toEqual(['a']);
  });

  it('restores the old folder if the new folder cannot be renamed', async () => {
    const path = join(root, 'a');
    await replaceFolder(path, false, fill('1'));
    const vanishing = replaceFolder(path, true, (folder) => rm(folder, { recursive: true }));
    await expect(vanishing).rejects.toThrow('ENOENT');
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('1');
    expect(await readdir(root)).toEqual(['a']);
  });

  it('never replaces a folder that is not a bundle', async () => {
    await mkdir(join(root, 'photos'));
    await writeFile(join(root, 'photos', 'one.png'), '');
    await expect(replaceFolder(join(root, 'photos'), true, fill('1'))).rejects.toThrow(
      'exists but is not an isonoise bundle',
    );
    await expect(replaceFolder(join(root, 'photos', 'one.png'), true, fill('1'))).rejects.toThrow(
      'not an isonoise bundle',
    );
  });

  it('replaces the target of a link and keeps the link', async () => {
    await mkdir(join(root, 'elsewhere'));
    await replaceFolder(join(root, 'elsewhere', 'a'), false, fill('1'));
    await symlink(join(root, 'elsewhere', 'a'), join(root, 'link'));
    await replaceFolder(join(root, 'link'), true, fill('2'));
    expect(await readFile(join(root, 'elsewhere', 'a', 'isonoise.json'), 'utf8')).toBe('2');
    expect((await lstat(join(root, 'link'))).isSymbolicLink()).toBe(true);
    expect([await readdir(root), await readdir(join(root, 'elsewhere'))]).toEqual([
      ['elsewhere', 'link'],
      ['a'],
    ]);
  });

  it('does not replace a folder that contains other files besides the bundle', async () => {
    const path = join(root, 'a');
    const put = (folders: readonly string[], names: readonly string[]) => async (folder: string) => {
      await fill('1')(folder);
      for (const name of folders) await mkdir(join(folder, name));
      for (const name of names) await writeFile(join(folder, name), '');
    };
    await replaceFolder(path, false, put(['unet'], ['unet/model.onnx', 'samples.png', '.DS_Store']));
    await replaceFolder(path, true, put(['unet', '.git'], ['unet/notes.txt', '.git/HEAD', '.git/config']));
    const refused = replaceFolder(path, true, fill('2'));
    await expect(refused).rejects.toMatchObject({ code: 'CLI_OUTPUT_EXISTS' });
    await expect(refused).rejects.toThrow('contains .git, unet/notes.txt besides a bundle; not overwritten');
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('1');
  });

  it('cleans up after a killed process, and restores an old folder that the process moved aside', async () => {
    const path = join(root, 'a');
    await replaceFolder(path, false, fill('1'));
    // This process is killed while it fills the folder.
    const child = spawn(
      process.execPath,
      ['--conditions=@isonoise/source', '--import', 'tsx', '--input-type=module'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    child.stdin.end(`
      import { writeFileSync } from 'node:fs';
      import { replaceFolder } from ${JSON.stringify(import.meta.resolve('./replace-folder.ts'))};
      await replaceFolder(${JSON.stringify(path)}, true, async (folder) => {
        writeFileSync(folder + '/isonoise.json', '2');
        console.log('filling');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });
    `);
    await once(child.stdout, 'data');
    await expect(replaceFolder(path, true, fill('3'))).rejects.toMatchObject({ code: 'RUN_LOCKED' });
    child.kill('SIGKILL');
    await once(child, 'close');
    expect((await readdir(root)).sort()).toEqual(['.a.lock', '.a.new', 'a']);
    await expect(replaceFolder(path, false, fill('3'))).rejects.toMatchObject({ code: 'CLI_OUTPUT_EXISTS' });
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('1');
    await replaceFolder(path, true, fill('3'));
    expect(await readdir(root)).toEqual(['a']);

    // A process that is killed between the two renames leaves only `.a.old`.
    await rename(path, join(root, '.a.old'));
    await expect(replaceFolder(path, false, fill('4'))).rejects.toMatchObject({ code: 'CLI_OUTPUT_EXISTS' });
    expect(await readFile(join(path, 'isonoise.json'), 'utf8')).toBe('3');
    expect(await readdir(root)).toEqual(['a']);
  });

  it('does not replace the working folder if the name is empty or a dot', async () => {
    // The script runs in a separate folder, because a failure would delete the working folder.
    const script = `
      import { replaceFolder } from ${JSON.stringify(import.meta.resolve('./replace-folder.ts'))};
      process.chdir(${JSON.stringify(root)});
      for (const out of ['', '.']) {
        await replaceFolder(out, true, async () => {}).catch((error) => console.log(error.code));
      }`;
    await writeFile(join(root, 'kept.txt'), '');
    const args = ['--conditions=@isonoise/source', '--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout, stderr).toBe('CLI_OUTPUT_EXISTS\nCLI_OUTPUT_EXISTS\n');
    expect(await readdir(root)).toEqual(['kept.txt']);
  });

  it('removes the new folder if the process exits while it fills the folder', async () => {
    const script = `
      import { replaceFolder } from ${JSON.stringify(import.meta.resolve('./replace-folder.ts'))};
      await replaceFolder(${JSON.stringify(join(root, 'm', 'a'))}, false, async () => process.exit(130));`;
    const args = ['--conditions=@isonoise/source', '--import', 'tsx', '--input-type=module', '-e', script];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status, stderr).toBe(130);
    expect(await readdir(join(root, 'm'))).toEqual([]);
  });
});
