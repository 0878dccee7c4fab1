import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withKernelTable } from '../../../scripts/kernel-table.ts';
import { rules } from './rules/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('README.md', () => {
  it('has the table that `pnpm kernels` generates from the rules', () => {
    expect(readme).toBe(withKernelTable(readme));
    for (const kernel of Object.keys(rules)) expect(readme).toContain(`\`${kernel}\``);
  });

  it('lists no kernel both as traced and as not traced', () => {
    const [, traced = '', not = ''] =
      /<!-- kernels: begin[^\n]*([\s\S]*)\nKernels of [^\n]* that cannot be traced ([^\n]*)/.exec(readme) ??
      [];
    const names = (text: string): string[] =>
      Array.from(text.matchAll(/`([^`]+)`/g), (match) => match[1] ?? '');
    expect(names(not)).toContain('TopK');
    expect(names(not).filter((name) => names(traced).includes(name))).toEqual([]);
  });

  it('has an example that runs', () => {
    const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    // The example is written to node_modules/.cache, because its imports resolve there and git ignores the folder.
    const cache = join(root, 'node_modules', '.cache');
    mkdirSync(cache, { recursive: true });
    const folder = mkdtempSync(join(cache, 'trace-readme-'));
    try {
      // The results are probabilities in float32, so rounding changes them by about 1e-7.
      const compare = `
const expected = (model.predict(images) as tf.Tensor).dataSync();
const error = Math.max(...Array.from(expected, (p, i) => Math.abs(p - Number(y?.data[i]))));
console.log('rows', y?.dims[0], 'error', error < 1e-6 ? 'below' : 'over', '1e-6');
`;
      writeFileSync(join(folder, 'example.mts'), example + compare);
      const args = ['--conditions=@isonoise/source', '--import', 'tsx', join(folder, 'example.mts')];
      const printed = execFileSync(process.execPath, args, {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      expect(printed).toContain('rows 5 error below 1e-6');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
