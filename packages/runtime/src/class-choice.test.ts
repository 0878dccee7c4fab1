import { describe, expect, it } from 'vitest';
import { chooseClass, showClass } from './class-choice.ts';

const model = (...names: string[]) => ({
  name: 'm',
  classes: { count: names.length + 1, names, nullClass: names.length },
});

describe('chooseClass', () => {
  it('looks for text among the names first, then reads digits as a class number', () => {
    expect(chooseClass(model('dog', 'cat'), 'cat')).toEqual({ label: 1, name: 'cat', by: 'name' });
    expect(chooseClass(model('dog', 'cat'), '1')).toEqual({ label: 1, name: 'cat', by: 'number' });
    expect(chooseClass(model('7', '3'), '3')).toEqual({ label: 1, name: '3', by: 'name' });
    expect(showClass(chooseClass(model('dog', 'cat'), '1'))).toBe('class 1 "cat" (by number)');
  });

  it('reads a number as a class number even if names are digits', () => {
    expect(chooseClass(model('1', '2', '10', '11'), 1)).toEqual({ label: 1, name: '2', by: 'number' });
    expect(chooseClass(model('a'), 1)).toEqual({ label: 1, name: null, by: 'number' });
    expect(showClass(chooseClass(model('a'), 1))).toBe('no class (label 1)');
  });

  it('rejects digits that are not a name if other names are digits', () => {
    expect(chooseClass(model('1', '2', '10', '11'), '1')).toEqual({ label: 0, name: '1', by: 'name' });
    expect(() => chooseClass(model('1', '2', '10', '11'), '3')).toThrow(
      'class is "3", which is not a name; expected a class of m: 0 "1", 1 "2", 2 "10", 3 "11". Names here are digits',
    );
  });

  it('treats composed and decomposed forms of a letter as equal', () => {
    expect(chooseClass(model('café'.normalize('NFD')), 'café'.normalize('NFC')).label).toBe(0);
    expect(chooseClass(model('café'.normalize('NFC')), 'café'.normalize('NFD')).label).toBe(0);
  });

  it.each([
    ['text that is not a class name', 'cow', 'class is "cow"; expected a class of m: 0 "dog", 1 "cat".'],
    ['empty text', '', 'class is ""'],
    ['digits beyond the last named class', '2', 'class is "2"'],
    ['a number beyond the last class', 3, 'class is 3'],
    ['a fraction', 0.5, 'class is 0.5'],
    ['NaN', Number.NaN, 'class is null'],
    ['a negative number', -1, 'class is -1'],
    ['a name with a control character, which it escapes', '\x1b', 'class is "\\u001b"'],
  ])('rejects %s, with a list of the classes', (_what, choice, message) => {
    expect(() => chooseClass(model('dog', 'cat'), choice)).toThrow(message);
  });

  it('rejects a class for an unconditional model', () => {
    expect(() => chooseClass({ name: 'm', classes: null }, 'cat')).toThrow(
      'class is "cat", but m is unconditional; expected no class. Omit class.',
    );
  });

  it('lists at most twenty classes', () => {
    const many = model(...Array.from({ length: 1000 }, (_, i) => `c${i}`));
    expect(() => chooseClass(many, 'x')).toThrow('19 "c19", … (980 more).');
  });
});
