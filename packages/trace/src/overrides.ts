/** Temporary replacements of properties of shared objects. */
export class Overrides {
  readonly #undo: (() => void)[] = [];

  /** Replaces a property; does nothing if the object does not allow it. */
  set<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): void {
    const own = Object.getOwnPropertyDescriptor(object, key);
    const replaced = Reflect.defineProperty(object, key, { configurable: true, writable: true, value });
    if (!replaced) return;
    this.#undo.push(() => {
      if (own === undefined) Reflect.deleteProperty(object, key);
      else Reflect.defineProperty(object, key, own);
    });
  }

  /** Restores the previous properties, in reverse order. */
  restore(): void {
    for (const undo of this.#undo.splice(0).toReversed()) undo();
  }
}
