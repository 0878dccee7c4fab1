import type { FolderImages } from '@isonoise/data';
import type { BaseModel } from '@isonoise/train';
import { expect, it, vi } from 'vitest';
import { createRunInputs } from './run-inputs.ts';
import type { ChosenImages } from './training-protocol.ts';

const MNIST = { images: '', labels: '' };
const folder = (text: string): ChosenImages => ({
  kind: 'folder',
  name: 'pets',
  files: [{ path: 'pets/1.png', file: new File([text], '1.png', { lastModified: 1 }) }],
});
const served = (url: string) => ({ kind: 'served', name: 'm', url }) as const;
const opened = (text: string) =>
  ({ kind: 'opened', name: 'm', files: [new File([text], 'm.zip', { lastModified: 1 })] }) as const;

it('createRunInputs reads images and base models again only if they differ from the last ones', async () => {
  const readers = {
    readImages: vi.fn(async () => ({ notes: [] }) as Partial<FolderImages> as FolderImages),
    openBase: vi.fn(async () => ({}) as Partial<BaseModel> as BaseModel),
  };
  const inputs = createRunInputs(() => {}, readers);
  const first = await inputs.images(folder('a'), null, MNIST);
  expect(await inputs.images(folder('b'), null, MNIST)).toBe(first);
  for (const images of [folder('longer'), { kind: 'mnist' } as const])
    await inputs.images(images, null, MNIST);
  expect(readers.readImages).toHaveBeenCalledTimes(3);
  for (const base of [served('a'), served('a'), served('b'), opened('a'), opened('a'), opened('longer')])
    await inputs.base(base);
  expect(readers.openBase.mock.calls).toHaveLength(4);
});

it('createRunInputs reads again after a failure', async () => {
  const openBase = vi.fn(async (): Promise<BaseModel> => {
    throw new Error('offline');
  });
  const inputs = createRunInputs(() => {}, { readImages: vi.fn(), openBase });
  for (let i = 0; i < 2; i++) await expect(inputs.base(served('a'))).rejects.toThrow('offline');
  expect(openBase).toHaveBeenCalledTimes(2);
});
