import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingVulkan } from './availability.ts';

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
