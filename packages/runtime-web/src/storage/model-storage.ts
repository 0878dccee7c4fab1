/**
 * Where model files are kept between visits: bytes by key. Keys are ours; what is kept under them:
 *
 * | key                        | value                                                     |
 * | -------------------------- | --------------------------------------------------------- |
 * | `manifest/<url>`           | `isonoise.json` as last seen whole at this address        |
 * | `sha256/<hash>`            | a whole file, named by its content: versions never mix    |
 * | `partial/<hash>/<offset>`  | a part of a download that broke off                       |
 * | `partial/<hash>/etag`      | the server's name for what the parts are of               |
 * | `choice/<model and device>`| the provider that was measured to be the fastest          |
 */
export interface ModelStorage {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Replaces what is there. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  delete(key: string): Promise<void>;
  /** Those that begin with `prefix`, in the order of their characters. */
  keys(prefix: string): Promise<readonly string[]>;
}

/** A storage that lasts as long as the object: nothing is kept between visits. */
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
