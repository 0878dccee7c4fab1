import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingCuda, missingVulkan } from './availability.ts';

describe('missingCuda', () => {
  it('includes the install command only on request', () => {
    const [short, long] = [missingCuda(false), missingCuda(true)];
    // If the libraries are installed, both results are undefined.
    expect(long === undefined).toBe(short === undefined);
    expect(short ?? '').not.toMatch(/node_modules/);
    expect(long ?? '').toContain(short ?? '');
  });
});

describe.skipIf(process.platform !== 'linux')('missingVulkan', () => {
  it('finds a GPU, and a driver in the folders of the Vulkan loader', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'isonoise-'));
    const devices = path.join(home, 'dev');
    await mkdir(path.join(devices, 'dri'), { recursive: true });
    const env = { HOME: home, XDG_CONFIG_DIRS: home, XDG_DATA_DIRS: home };
    // A driver alone is not enough: without a GPU it would render in software.
    await writeFile(path.join(devices, 'dri', 'by-path'), '');
    expect(missingVulkan(env, devices)).toBe('no GPU found');
    await writeFile(path.join(devices, 'dri', 'renderD128'), '');
    const folder = path.join(home, '.local/share/vulkan/icd.d');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'driver.json'), '{}');
    expect(missingVulkan(env, devices)).toBeUndefined();
    expect(missingVulkan({ HOME: '/none', VK_ICD_FILENAMES: '/driver.json' }, '/none')).toBeUndefined();
    await rm(home, { recursive: true });
  });
});
