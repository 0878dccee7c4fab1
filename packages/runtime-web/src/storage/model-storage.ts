/**
 * Stores bytes by key between visits of a page. Some stores use blobs instead, because reading a blob leaves its bytes
 * on disk. Keys and values of models:
 *
 * | key                        | value                                                     |
 * | -------------------------- | --------------------------------------------------------- |
 * | `manifest/<url>`           | `isonoise.json` of the last complete version at this URL  |
 * | `sha256/<hash>`            | a whole file under its hash, so that versions never mix   |
 * | `partial/<hash>/<offset>`  | a part of an interrupted download                         |
 * | `partial/<hash>/etag`      | the ETag that the server sent with these parts            |
 * | `choice/<model and device>`| the provider that `auto` selected by measuring            |
 * | `pace/<model and browser>` | milliseconds of a call on one thread of WASM              |
 */
export interface ModelStorage<V extends Uint8Array | Blob = Uint8Array> {
  get(key: string): Promise<V | undefined>;
  /** Stores a value, replacing an earlier one. */
  put(key: string, value: V): Promise<void>;
  delete(key: string): Promise<void>;
  /** Lists the keys that begin with `prefix`, sorted by character codes. */
  keys(prefix: string): Promise<readonly string[]>;
}

/** Creates a `ModelStorage` in memory, which keeps nothing between visits. */
export function memoryStorage<V extends Uint8Array | Blob = Uint8Array>(): ModelStorage<V> {
  const values = new Map<string, V>();
  // A blob cannot be changed.
  const copy = (value: V): V => (value instanceof Uint8Array ? (value.slice() as typeof value) : value);
  return {
    async get(key) {
      const value = values.get(key);
      return value === undefined ? undefined : copy(value);
    },
    put: async (key, value) => {
      values.set(key, copy(value));
    },
    delete: async (key) => {
      values.delete(key);
    },
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort(),
  };
}
