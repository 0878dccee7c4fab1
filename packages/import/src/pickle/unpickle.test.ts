import { describe, expect, it } from 'vitest';
import { PickleDict, PickleList, PickleTuple, type PickleValue } from './pickle-value.ts';
import { type PickleWorld, unpickle } from './unpickle.ts';

const world: PickleWorld<never> = {
  functions: new Map([['collections.OrderedDict', () => new PickleDict<never>()]]),
  names: new Set(['torch.float32']),
  persistent: (_id, fail) => fail('a persistent id'),
};
const read = (bytes: Uint8Array): PickleValue<never> => unpickle(bytes, world, 'it.pkl').value;
const text = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)),
  );

/** Converts to plain values, for comparison. */
function plain(value: PickleValue<never>): unknown {
  if (value instanceof PickleDict)
    return new Map([...value.entries].map(([key, item]) => [plain(key), plain(item)]));
  if (value instanceof PickleList) return value.items.map(plain);
  if (value instanceof PickleTuple) return { tuple: value.items.map(plain) };
  return value;
}

// Written by pickle.dumps of Python 3.11 for
// {'a': 1, 'b': [None, True, 2.5, -7, 300, 70000, 2**40, -2**63, 'é'], 'c': (1, 2, 3, 4), 'd': {'__proto__': 'x'}}
// with protocols 2 and 4.
const PROTOCOL_2 =
  'gAJ9cQAoWAEAAABhcQFLAVgBAAAAYnECXXEDKE6IR0AEAAAAAAAASvn///9NLAFKcBEBAIoGAAAAAAABiggAAAAAAAAAgFgCAAAAw6lxBGVYAQAAAGNxBShLAUsCSwNLBHRxBlgBAAAAZHEHfXEIWAkAAABfX3Byb3RvX19xCVgBAAAAeHEKc3Uu';
const PROTOCOL_4 =
  'gASVaQAAAAAAAAB9lCiMAWGUSwGMAWKUXZQoTohHQAQAAAAAAABK+f///00sAUpwEQEAigYAAAAAAAGKCAAAAAAAAACAjALDqZRljAFjlChLAUsCSwNLBHSUjAFklH2UjAlfX3Byb3RvX1+UjAF4lHN1Lg==';

describe('unpickle', () => {
  for (const [protocol, base64] of Object.entries({ 2: PROTOCOL_2, 4: PROTOCOL_4 })) {
    it(`reads values that Python wrote with protocol ${protocol}`, () => {
      expect(plain(read(Buffer.from(base64, 'base64')))).toEqual(
        new Map<string, unknown>([
          ['a', 1],
          ['b', [null, true, 2.5, -7, 300, 70000, 2 ** 40, -(2n ** 63n), 'é']],
          ['c', { tuple: [1, 2, 3, 4] }],
          ['d', new Map([['__proto__', 'x']])],
        ]),
      );
      expect(Object.getPrototypeOf({})).toBe(Object.prototype);
      expect('x' in {}).toBe(false);
    });
  }

  const hostile: readonly [title: string, bytes: Uint8Array, message: string][] = [
    [
      'a call to os.system',
      text([0x80, 2], 'cos\nsystem\n', 'X', [2, 0, 0, 0], 'ls', [0x85], 'R.'),
      'the pickle needs os.system',
    ],
    [
      'a call to eval in protocol 4',
      text([0x8c, 8], 'builtins', [0x8c, 4], 'eval', [0x93], '.'),
      'needs builtins.eval',
    ],
    ['a name of Object.prototype', text('cconstructor\nconstructor\n.'), 'needs constructor.constructor'],
    [
      'a call to a name that is not a function',
      text('ctorch\nfloat32\n)R.'),
      'the pickle calls torch.float32',
    ],
    ['a call to a number', text('K', [1], ')R.'), 'a value of another type is called; expected a function'],
    [
      'an object of a class',
      text('ccollections\nOrderedDict\n)', [0x81], '.'),
      'found the opcode 0x81 (NEWOBJ)',
    ],
    ['an unknown opcode', text([0xff]), 'found the opcode 0xff'],
    [
      'attributes of a list',
      text(']}b.'),
      'attributes are set in a value of another type; expected a dictionary',
    ],
    ['a value that was not stored', text('h', [9], '.'), 'the memo has no value 9'],
    ['an empty stack', text('.'), 'the stack has no value; expected one'],
    ['a missing mark', text(']e.'), 'the stack has no mark; expected one'],
    ['a key without a value', text('}(K', [1], 'u.'), 'a key has no value'],
    ['a text longer than the file', text('X', [255, 255, 255, 255]), 'expected 4294967295 more'],
    [
      'a text longer than any file',
      text([0x8d, 255, 255, 255, 255, 255, 255, 255, 255]),
      'expected 18446744073709552000 more',
    ],
    ['a number of a megabyte', text([0x8b, 0, 0, 16, 0], '.'), 'a number has 1048576 bytes'],
    ['text that is not UTF-8', text([0x8c, 1, 0xff], '.'), 'found other bytes; expected text in UTF-8'],
    ['a missing end', text('N'), 'the pickle ends after 0 bytes; expected 1 more'],
  ];
  for (const [title, bytes, message] of hostile) {
    it(`refuses ${title}`, () => {
      expect(() => read(bytes)).toThrow(
        expect.objectContaining({ code: 'IMPORT_PICKLE', message: expect.stringContaining(message) }),
      );
    });
  }

  it('accepts a value that contains itself', () => {
    const list = read(text(']q', [0], 'h', [0], 'a.')) as PickleList<never>;
    expect(list.items[0]).toBe(list);
  });
});
