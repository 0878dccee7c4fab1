import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Modules that are allowed to have state: modules that wire stores, and workers, which are separate programs. */
const WITH_STATE = /(^|[/-])(stores|shell)\.ts$|worker\.ts$/;

/** Matches a top-level declaration of a variable, or of an object whose content can change. */
const STATE =
  /^(export )?(let |const [^=]*= (signal|computed|effect|create[A-Z]\w*|new (Map|Set|WeakMap|WeakSet))\b)/m;

const modules = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.test.ts'))
  .map((path) => ({ path, text: readFileSync(join(import.meta.dirname, path), 'utf8') }));

it('only modules that wire stores have state', () => {
  expect(modules.length).toBeGreaterThan(100);
  const found = modules.filter(({ text }) => STATE.test(text)).map(({ path }) => path);
  expect(found.filter((path) => !WITH_STATE.test(path))).toEqual([]);
  // The pattern still finds state where it is allowed.
  expect(found).toEqual(expect.arrayContaining(['shell.ts', 'stores.ts', join('edit', 'edit-stores.ts')]));
});
