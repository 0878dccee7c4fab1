// Builds the page once for all of its tests.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built page. */
    readonly page: string;
  }
}

/** Builds the page and provides its folder as `page`. @returns a function that removes the folder */
export default async function buildPage(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), 'isonoise-page-'));
  await build({
    root: path.resolve(import.meta.dirname, '../../packages/web'),
    logLevel: 'error',
    build: { outDir: folder, reportCompressedSize: false },
  });
  project.provide('page', folder);
  return () => rm(folder, { recursive: true, force: true });
}
