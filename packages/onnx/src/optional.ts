/** Returns `{ key: value }`, or `{}` if the value is undefined, so that an absent field stays absent. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V };
}
