import { expect, it, vi } from 'vitest';
import { createLog } from './log.ts';

it('createLog escapes control characters', () => {
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  try {
    createLog('info').info({ path: '/a\x1b]0;x\x07\x9b2J\u202e' }, 'answered');
  } finally {
    spy.mockRestore();
  }
  expect(JSON.parse(written.join(''))).toMatchObject({ path: '/a\x1b]0;x\x07\x9b2J\u202e', msg: 'answered' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test checks that none is printed.
  expect(written.join('')).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});
