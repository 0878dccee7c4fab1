import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingCuda, missingVulkan } from './availability.ts';

describe('missingCuda', () => {
  it('is short where nobody asked for CUDA, and says how to get it where somebody did', () => {
    const [short, long] = [missingCuda(false), missingCuda(true)];
    // undefined where the libraries are installed.
    expect(long === undefined).toBe(short === undefined);
    expect(short ?? '').not.toMatch(/node_modules/);
    expect(long ?? '').toContain(short ?? '');
  });
});

describe('missingVulkan', () => {
  it('finds a driver where the loader would', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'isonoise-'));
    const folder = path.join(home, '.local/share/vulkan/icd.d');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'driver.json'), '{}');
    expect(missingVulkan({ HOME: home })).toBeUndefined();
    expect(missingVulkan({ HOME: '/none', VK_ICD_FILENAMES: '/driver.json' })).toBeUndefined();
    await rm(home, { recursive: true });
  });
});
