import { describe, expect, it } from 'vitest';
import { safeUrl } from './connect.ts';

describe('safeUrl', () => {
  it.each([
    ['redis://127.0.0.1:6379', 'redis://127.0.0.1:6379'],
    ['redis://:secret@h:6379/2', 'redis://:***@h:6379/2'],
    ['redis://me:secret@h', 'redis://me:***@h'],
    ['redis://h?password=secret', 'redis://h'],
    ['redis://:sec/ret@h:6379', '"redis://***@h:6379"'],
    ['redis://:sec#ret@h', '"redis://***@h"'],
    ['redis://:sec?ret@h', '"redis://***"'],
    ['redis://h?password=a@b', '"redis://***"'],
    ['redis://me:secret@h?password=a@b', '"redis://***"'],
    ['redis://:sec/ret@h?password=a@b', '"redis://***"'],
    ['h?password=a@b', '"***"'],
    ['redis://me:12/secret@h', '"redis://***@h"'],
    ['redis://:sec@ret/@h', '"redis://***@h"'],
    ['me:secret@h', '"***@h"'],
    ['redis://h:port?password=secret', '"redis://h:port"'],
    ['127.0.0.1', '"127.0.0.1"'],
  ])('prints %s as %s', (url, text) => {
    expect(safeUrl(url)).toBe(text);
  });
});
