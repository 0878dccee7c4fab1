import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors } from '@isonoise/bundle';
import { encodeModel, type Model, type ValueInfo } from '@isonoise/onnx';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isonoise } from '../../testdata/isonoise-command.ts';

/**
 * Text whose control characters change a terminal's title, clear the screen, start a line, set colours and
 * reorder characters.
 */
const HOSTILE = 'x\x1b]0;owned\x07\x1b[2J\x9b31m\r\nok \u202e';
const SEEN = 'x\\x1b]0;owned\\x07\\x1b[2J\\x9b31m\\x0d\\x0aok \\u202e';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-foreign-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/**
 * Returns the output of `info` with and without --json, after a check that it contains no control character.
 */
async function described(path: string): Promise<{ text: string; json: string }> {
  const [text, json] = [await isonoise(['info', path]), await isonoise(['info', path, '--json'])];
  for (const { stdout, stderr } of [text, json]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test searches for control characters.
    expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  }
  return { text: text.stdout + text.stderr, json: json.stdout };
}

it('info escapes the names and texts of an ONNX file, and --json keeps their exact values', async () => {
  const value = (name: string): ValueInfo => ({ name, dataType: 'float32', shape: [1] });
  const model: Model = {
    irVersion: 8,
    opsets: { '': 17 },
    producerName: HOSTILE,
    metadata: { [HOSTILE]: HOSTILE },
    graph: {
      name: HOSTILE,
      nodes: [{ opType: HOSTILE, name: HOSTILE, inputs: [HOSTILE], outputs: ['y'] }],
      initializers: [],
      inputs: [value(HOSTILE)],
      outputs: [value('y')],
    },
  };
  const path = join(root, 'hostile.onnx');
  await writeFile(path, encodeModel(model));
  const { text, json } = await described(path);
  expect(text.split(SEEN).length - 1).toBeGreaterThanOrEqual(5);
  expect(JSON.parse(json)).toMatchObject({
    kind: 'onnx',
    graphName: HOSTILE,
    metadata: { [HOSTILE]: HOSTILE },
  });
});

it('info escapes the names and texts of a safetensors file', async () => {
  const tensor = { name: HOSTILE, dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const;
  const path = join(root, 'hostile.safetensors');
  await writeFile(path, encodeSafetensors([tensor], { note: HOSTILE }));
  const { text } = await described(path);
  expect(text).toContain(`${SEEN}: F32 [1]`);
  expect(text).toContain(`note = ${SEEN}`);
});

it('info escapes the name of a file in an error', async () => {
  const { text } = await described(join(root, HOSTILE));
  // Line breaks in messages are not escaped.
  expect(text).toContain(SEEN.replace('\\x0a', '\n'));
});
