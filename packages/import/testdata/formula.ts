/** Returns numbers in [−1, 1) computed by integer arithmetic; a port of `uniforms` of formula.py. */
export function uniforms(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    let h = (i + Math.imul(seed, 0x9e3779b1)) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

/** Returns the FNV-1a hash of a name; a port of `seed_of`. */
function seedOf(name: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return h;
}

/** Returns the values of a weight; a port of `weight`. */
export function weightValues(name: string, shape: readonly number[]): Float32Array {
  const u = uniforms(
    shape.reduce((product, size) => product * size, 1),
    seedOf(name),
  );
  const isTable = name === 'class_embedding.weight' || name === 'time_proj.weight';
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
  const centre = name.includes('norm') && name.endsWith('weight') ? 1 : 0;
  return Float32Array.from(u, (value) => {
    if (name === 'time_proj.weight' && shape.length === 1) return 16 * value;
    if (shape.length === 1) return 0.2 * value + centre;
    return isTable ? value : value * Math.sqrt(3 / fanIn);
  });
}
