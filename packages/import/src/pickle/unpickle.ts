import { plural } from '@isonoise/error';
import { ByteReader, GET_AGAIN } from './byte-reader.ts';
import {
  PickleDict,
  PickleGlobal,
  PickleList,
  PickleOpaque,
  PickleTuple,
  type PickleValue,
} from './pickle-value.ts';

/** The allowed names and ids in a pickle. All others are refused with an error that names them. */
export interface PickleWorld<Made> {
  /** Functions by `module.name`. Each gets the arguments in the pickle and returns a value for the result. */
  readonly functions: ReadonlyMap<
    string,
    (args: readonly PickleValue<Made>[], fail: Fail) => PickleValue<Made>
  >;
  /** Names of classes and constants that are allowed, but are not called. */
  readonly names: ReadonlySet<string>;
  /** Returns the value of a persistent id. */
  readonly persistent: (id: PickleValue<Made>, fail: Fail) => PickleValue<Made>;
}

/** @throws `IMPORT_PICKLE` */
export type Fail = (found: string, expected?: string, advice?: string) => never;

/** Maximum number of opcodes. A state dict has about forty for each tensor. */
const MAX_STEPS = 4_000_000;
/** Maximum size of an integer, in bytes. Integers of more than 64 bits do not occur in checkpoints. */
const MAX_NUMBER_BYTES = 16;

/**
 * Reads a pickle, which is a program for a stack machine. Only the opcodes that build numbers, texts, lists and
 * dictionaries are run. Functions are looked up by name in our own table, so that the file cannot run other code.
 *
 * @param description location of the pickle, for errors
 * @param start offset of the pickle in the bytes; default 0
 * @returns the value, and the offset after the pickle
 * @throws `IMPORT_PICKLE` if the pickle is damaged, or needs an unknown opcode or name
 * Source: `pickletools.py` of CPython, which describes every opcode.
 */
export function unpickle<Made>(
  bytes: Uint8Array,
  world: PickleWorld<Made>,
  description: string,
  start = 0,
): { readonly value: PickleValue<Made>; readonly end: number } {
  const reader = new ByteReader(bytes, description, start);
  const value = new Machine(reader, world).run();
  return { value, end: reader.at };
}

/**
 * Number of values on the stack that are searched for the key of a value. A parameter has three values above its key.
 */
const KEY_DEPTH = 5;

/** Marks the beginning of the items that a later opcode collects. */
const MARK = Symbol('mark');

class Machine<Made> {
  readonly #reader: ByteReader;
  readonly #world: PickleWorld<Made>;
  readonly #memo = new Map<number, PickleValue<Made>>();
  readonly #stack: (PickleValue<Made> | typeof MARK)[] = [];
  readonly #fail: Fail;

  constructor(reader: ByteReader, world: PickleWorld<Made>) {
    this.#reader = reader;
    this.#world = world;
    this.#fail = (...problem) => this.#reader.fail(...problem);
  }

  run(): PickleValue<Made> {
    for (let step = 0; step < MAX_STEPS; step++) {
      const code = this.#reader.u8();
      if (code === STOP) return this.#pop();
      const run = this.#steps[code];
      if (run === undefined)
        this.#fail(
          `found the opcode 0x${code.toString(16).padStart(2, '0')}${nameOf(code)}`,
          'only opcodes that build numbers, texts, lists and dictionaries',
        );
      run();
    }
    return this.#fail(`found more than ${MAX_STEPS} opcodes`, `at most ${MAX_STEPS}`);
  }

  /** Fails with the name of the value that is being built: its key lies on the stack, below its arguments. */
  readonly #failInItem: Fail = (found, ...rest) => {
    const key = this.#stack.slice(-KEY_DEPTH).findLast((value) => typeof value === 'string');
    return this.#fail(key === undefined ? found : `${JSON.stringify(key)}: ${found}`, ...rest);
  };

  readonly #push = (value: PickleValue<Made>): void => void this.#stack.push(value);

  #pop(): PickleValue<Made> {
    const value = this.#stack.pop();
    return value === undefined || value === MARK ? this.#empty() : value;
  }

  #top(): PickleValue<Made> {
    const value = this.#stack.at(-1);
    return value === undefined || value === MARK ? this.#empty() : value;
  }

  #empty(): never {
    return this.#fail('the stack has no value', 'one', GET_AGAIN);
  }

  /** Takes the values after the last mark. */
  #items(): PickleValue<Made>[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark === -1) this.#fail('the stack has no mark', 'one', GET_AGAIN);
    const items = this.#stack.splice(mark).slice(1);
    // No mark is left among these values; the filter only narrows the type.
    return items.filter((item): item is PickleValue<Made> => item !== MARK);
  }

  #tuple(count: number): void {
    const items: PickleValue<Made>[] = [];
    for (let i = 0; i < count; i++) items.unshift(this.#pop());
    this.#push(new PickleTuple(items));
  }

  #append(items: readonly PickleValue<Made>[]): void {
    const list = this.#top();
    if (!(list instanceof PickleList))
      this.#fail('items are added to a value of another type', 'a list', GET_AGAIN);
    for (const item of items) list.items.push(item);
  }

  #set(items: readonly PickleValue<Made>[]): void {
    const dict = this.#top();
    if (!(dict instanceof PickleDict))
      this.#fail('keys are set in a value of another type', 'a dictionary', GET_AGAIN);
    if (items.length % 2 !== 0) this.#fail('a key has no value', 'pairs of keys and values', GET_AGAIN);
    for (let i = 0; i < items.length; i += 2) {
      dict.entries.set(items[i] as PickleValue<Made>, items[i + 1] as PickleValue<Made>);
    }
  }

  #get(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined)
      this.#fail(`the memo has no value ${index}`, 'one of the stored values', GET_AGAIN);
    this.#push(value);
  }

  #global(name: string): void {
    if (!this.#world.functions.has(name) && !this.#world.names.has(name)) {
      this.#reader.fail(`the pickle needs ${name}`, 'only tensors, numbers, texts, lists and dictionaries');
    }
    this.#push(new PickleGlobal(name));
  }

  #reduce(): void {
    const args = this.#pop();
    const called = this.#pop();
    if (!(called instanceof PickleGlobal))
      this.#fail('a value of another type is called', 'a function', GET_AGAIN);
    const make = this.#world.functions.get(called.name);
    if (make === undefined)
      this.#fail(`the pickle calls ${called.name}`, 'only functions that build tensors and dictionaries');
    if (!(args instanceof PickleTuple))
      this.#fail(`the arguments of ${called.name} have another type`, 'a tuple', GET_AGAIN);
    this.#push(make(args.items, this.#failInItem));
  }

  /** Ignores attributes of an object, such as the versions in a state dict. */
  #build(): void {
    this.#pop();
    const value = this.#top();
    if (!(value instanceof PickleDict || value instanceof PickleOpaque))
      this.#fail('attributes are set in a value of another type', 'a dictionary');
  }

  #integer(length: number): PickleValue<Made> {
    if (length > MAX_NUMBER_BYTES)
      this.#fail(`a number has ${plural(length, 'byte')}`, `at most ${MAX_NUMBER_BYTES}`);
    const bytes = this.#reader.bytes(length);
    let value = 0n;
    for (const byte of bytes.toReversed()) value = value * 256n + BigInt(byte);
    const signed = length === 0 ? 0n : BigInt.asIntN(8 * length, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  /** The action of each opcode, in the order of pickletools. */
  readonly #steps: Readonly<Record<number, () => void>> = {
    74: () => this.#push(this.#reader.i32()), // BININT
    75: () => this.#push(this.#reader.u8()), // BININT1
    77: () => this.#push(this.#reader.u16()), // BININT2
    138: () => this.#push(this.#integer(this.#reader.u8())), // LONG1
    139: () => this.#push(this.#integer(this.#reader.u32())), // LONG4
    84: () => this.#push(this.#reader.text(this.#reader.u32())), // BINSTRING
    85: () => this.#push(this.#reader.text(this.#reader.u8())), // SHORT_BINSTRING
    66: () => this.#push(this.#reader.bytes(this.#reader.u32())), // BINBYTES
    67: () => this.#push(this.#reader.bytes(this.#reader.u8())), // SHORT_BINBYTES
    78: () => this.#push(null), // NONE
    136: () => this.#push(true), // NEWTRUE
    137: () => this.#push(false), // NEWFALSE
    88: () => this.#push(this.#reader.text(this.#reader.u32())), // BINUNICODE
    140: () => this.#push(this.#reader.text(this.#reader.u8())), // SHORT_BINUNICODE
    141: () => this.#push(this.#reader.text(this.#reader.u64())), // BINUNICODE8
    71: () => this.#push(this.#reader.f64()), // BINFLOAT
    93: () => this.#push(new PickleList()), // EMPTY_LIST
    97: () => {
      const item = this.#pop(); // APPEND
      this.#append([item]);
    },
    101: () => this.#append(this.#items()), // APPENDS
    41: () => this.#tuple(0), // EMPTY_TUPLE
    116: () => this.#push(new PickleTuple(this.#items())), // TUPLE
    133: () => this.#tuple(1), // TUPLE1
    134: () => this.#tuple(2), // TUPLE2
    135: () => this.#tuple(3), // TUPLE3
    125: () => this.#push(new PickleDict()), // EMPTY_DICT
    115: () => {
      const [value, key] = [this.#pop(), this.#pop()]; // SETITEM
      this.#set([key, value]);
    },
    117: () => this.#set(this.#items()), // SETITEMS
    143: () => this.#push(new PickleList()), // EMPTY_SET
    144: () => this.#append(this.#items()), // ADDITEMS
    48: () => void this.#stack.pop(), // POP
    50: () => this.#push(this.#top()), // DUP
    40: () => void this.#stack.push(MARK), // MARK
    49: () => void this.#items(), // POP_MARK
    104: () => this.#get(this.#reader.u8()), // BINGET
    106: () => this.#get(this.#reader.u32()), // LONG_BINGET
    113: () => void this.#memo.set(this.#reader.u8(), this.#top()), // BINPUT
    114: () => void this.#memo.set(this.#reader.u32(), this.#top()), // LONG_BINPUT
    148: () => void this.#memo.set(this.#memo.size, this.#top()), // MEMOIZE
    99: () => {
      const module = this.#reader.line(); // GLOBAL
      this.#global(`${module}.${this.#reader.line()}`);
    },
    147: () => {
      const [name, module] = [this.#pop(), this.#pop()]; // STACK_GLOBAL
      if (typeof name !== 'string' || typeof module !== 'string')
        this.#fail('a name has another type', 'a text', GET_AGAIN);
      this.#global(`${module}.${name}`);
    },
    82: () => this.#reduce(), // REDUCE
    98: () => this.#build(), // BUILD
    128: () => void this.#reader.u8(), // PROTO
    149: () => void this.#reader.u64(), // FRAME
    81: () => this.#push(this.#world.persistent(this.#pop(), this.#failInItem)), // BINPERSID
  };
}

const STOP = 0x2e;

/** Names of opcodes that are refused because they create objects of classes. */
const REFUSED: Readonly<Record<number, string>> = {
  105: 'INST',
  111: 'OBJ',
  129: 'NEWOBJ',
  146: 'NEWOBJ_EX',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  80: 'PERSID',
};

const nameOf = (code: number): string => (REFUSED[code] === undefined ? '' : ` (${REFUSED[code]})`);
