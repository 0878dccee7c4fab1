/**
 * A value in a pickle. Dictionaries are maps, so that no key reaches a prototype. Globals and persistent ids stand for
 * values of the type `Made`.
 */
export type PickleValue<Made> =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | Made
  | PickleGlobal
  | PickleOpaque
  | PickleTuple<Made>
  | PickleList<Made>
  | PickleDict<Made>;

/** The name of a function or class. Only its name is known; nothing is loaded or called. */
export class PickleGlobal {
  /** `module.name` */
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** Stands for a value that is not read, such as a number of numpy. */
export class PickleOpaque {
  /** `module.name` of the function that makes the value in Python. */
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class PickleTuple<Made> {
  readonly items: readonly PickleValue<Made>[];
  constructor(items: readonly PickleValue<Made>[]) {
    this.items = items;
  }
}

/** A list or a set. */
export class PickleList<Made> {
  readonly items: PickleValue<Made>[] = [];
}

export class PickleDict<Made> {
  readonly entries: Map<PickleValue<Made>, PickleValue<Made>> = new Map();
}
