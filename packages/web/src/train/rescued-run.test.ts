import { memoryStorage } from '@isonoise/runtime-web';
import { checkpointName } from '@isonoise/train';
import { expect, it } from 'vitest';
import { webError } from '../errors.ts';
import { rescuedRun } from './rescued-run.ts';
import { openRunStorage } from './run-storage.ts';

const [FIRST, SECOND] = [checkpointName(1), checkpointName(2)];

/** A run whose storage refuses all values while it is full. */
function limitedRun() {
  const storage = memoryStorage();
  const disk = { isFull: false, isBroken: false };
  const refusing = {
    ...storage,
    async put(key: string, bytes: Uint8Array) {
      if (disk.isFull) throw webError('RUN_STORAGE_FULL', 'storage: full.');
      if (disk.isBroken) throw webError('RUN_STORAGE_UNAVAILABLE', 'storage: broken.');
      await storage.put(key, bytes);
    },
  };
  return { run: rescuedRun(openRunStorage(refusing).open('cats')), disk, storage };
}

it('rescuedRun keeps a checkpoint that the full storage refuses, and stores it later', async () => {
  const { run, disk, storage } = limitedRun();
  await run.checkpoints.put(FIRST, Uint8Array.of(1));
  disk.isFull = true;
  await expect(run.checkpoints.put(SECOND, Uint8Array.of(2))).rejects.toMatchObject({
    code: 'RUN_STORAGE_FULL',
  });
  expect([run.unsavedStep(), await run.lastStep()]).toEqual([2, 2]);
  expect(await run.checkpoints.get(SECOND)).toEqual(Uint8Array.of(2));
  expect(await run.checkpoints.get(FIRST)).toEqual(Uint8Array.of(1));
  expect((await run.checkpoints.list()).toSorted()).toEqual([FIRST, SECOND]);

  await expect(run.saveAgain()).rejects.toMatchObject({ code: 'RUN_STORAGE_FULL' });
  expect(run.unsavedStep()).toBe(2);
  Object.assign(disk, { isFull: false, isBroken: true });
  await expect(run.saveAgain()).rejects.toMatchObject({ code: 'RUN_STORAGE_UNAVAILABLE' });
  expect(run.unsavedStep()).toBe(2);
  disk.isBroken = false;
  await run.saveAgain();
  expect(run.unsavedStep()).toBeNull();
  expect(await storage.get(`cats/checkpoints/${SECOND}`)).toEqual(Uint8Array.of(2));
});

it('rescuedRun has nothing unsaved after a later checkpoint is stored, or after a different failure', async () => {
  const { run, disk } = limitedRun();
  disk.isFull = true;
  await run.checkpoints.put(FIRST, Uint8Array.of(1)).catch(() => {});
  disk.isFull = false;
  await run.checkpoints.put(SECOND, Uint8Array.of(2));
  expect([run.unsavedStep(), await run.checkpoints.list()]).toEqual([null, [SECOND]]);
  const broken = rescuedRun({
    ...run,
    checkpoints: { ...run.checkpoints, put: () => Promise.reject(new Error('broken')) },
  });
  await expect(broken.checkpoints.put(FIRST, Uint8Array.of(1))).rejects.toThrow('broken');
  expect(broken.unsavedStep()).toBeNull();
});

it('rescuedRun leaves out a snapshot that the full storage refuses, and keeps the checkpoint in memory', async () => {
  const { run, disk } = limitedRun();
  const snapshot = 'averages-00000002.safetensors';
  await run.checkpoints.put(FIRST, Uint8Array.of(1));
  disk.isFull = true;
  await run.checkpoints.put(snapshot, Uint8Array.of(9));
  expect([run.unsavedStep(), await run.checkpoints.list()]).toEqual([null, [FIRST]]);
  await expect(run.checkpoints.put(SECOND, Uint8Array.of(2))).rejects.toMatchObject({
    code: 'RUN_STORAGE_FULL',
  });
  // A later snapshot does not replace the checkpoint in memory.
  await run.checkpoints.put(snapshot, Uint8Array.of(9));
  expect(run.unsavedStep()).toBe(2);
  Object.assign(disk, { isFull: false, isBroken: true });
  await expect(run.checkpoints.put(snapshot, Uint8Array.of(9))).rejects.toMatchObject({
    code: 'RUN_STORAGE_UNAVAILABLE',
  });
  expect(run.unsavedStep()).toBe(2);
});
