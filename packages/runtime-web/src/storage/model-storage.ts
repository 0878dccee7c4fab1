/**
 * Stores bytes by key between visits of a page. Keys and values:
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
export interface ModelStorage {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Stores a value, replacing an earlier one. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  /** Lists the keys that begin with `prefix`, sorted by character codes. */
  keys(prefix: string): Promise<readonly string[]>;
}

/** Creates a `ModelStorage` in memory, which keeps nothing between visits. */
export function memoryStorage(): ModelStorage {
  const values = new Map<string, Uint8Array>();
  return {
    get: async (key) => values.get(key)?.slice(),
    put: async (key, bytes) => {
      values.set(key, bytes.slice());
    },
    delete: async (key) => {
      values.delete(key);
    },
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort(),
  };
}
