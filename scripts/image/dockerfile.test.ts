import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseStages, wordsOf } from './dockerfile.ts';

it('parseStages reads deploy/Dockerfile', () => {
  const file = path.resolve(import.meta.dirname, '../../deploy/Dockerfile');
  const stages = parseStages(readFileSync(file, 'utf8'));
  expect(stages.map(({ name, from }) => [name, from])).toEqual([
    ['base', 'node:22-bookworm-slim'],
    ['build', 'base'],
    ['runtime', 'node:22-bookworm-slim'],
    ['worker', 'runtime'],
    ['server', 'runtime'],
  ]);
  const [, build, , worker] = stages;
  expect(build?.instructions).toContainEqual({ word: 'RUN', text: 'pnpm install --frozen-lockfile' });
  expect(worker?.instructions.at(-1)).toEqual({ word: 'CMD', text: '["worker", "--models", "/models"]' });
});

it('wordsOf reads the words of a command, even after flags', () => {
  expect(wordsOf('["worker", "--models"]')).toEqual(['worker', '--models']);
  expect(wordsOf('--interval=10s CMD ["node", "-e", "f()"]')).toEqual(['node', '-e', 'f()']);
});

it.each(['RUN a \\\n  b', 'RUN a', 'FROM debian', 'echo a'])('parseStages refuses %j', (text) => {
  expect(() => parseStages(text)).toThrow('Dockerfile: got');
});
