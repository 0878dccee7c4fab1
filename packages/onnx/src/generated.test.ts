import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

describe('src/generated', () => {
  it('equals the output of scripts/generate.mjs for proto/onnx-ml.proto', () => {
    const script =
      "import('./scripts/generate.mjs').then(async (m) => console.log(JSON.stringify(await m.generate())))";
    const output = execFileSync(process.execPath, ['-e', script], {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 2 ** 24,
    });
    const texts = JSON.parse(output) as Record<string, string>;
    expect(Object.keys(texts)).toEqual(['onnx.ts', 'types.ts']);
    for (const [name, text] of Object.entries(texts)) {
      expect(readFileSync(new URL(`generated/${name}`, import.meta.url), 'utf8') === text, name).toBe(true);
    }
  });

  it('works without code generation from strings, as under a strict Content-Security-Policy', () => {
    const script =
      "import('./src/index.ts').then(({ decodeModel, encodeModel }) => console.log(encodeModel(decodeModel(require('fs').readFileSync('testdata/written.onnx'))).length))";
    const flags = [
      '--disallow-code-generation-from-strings',
      '--conditions=@isonoise/source',
      '--import',
      'tsx',
    ];
    const output = execFileSync(process.execPath, [...flags, '-e', script], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(output).toBe(`${readFileSync(new URL('../testdata/written.onnx', import.meta.url)).length}\n`);
  });
});
