/** Bytes that Redis adds to a value. */
const HEADER_BYTES = 16;

/** Returns the memory for a value in Redis, in bytes. Its allocator, jemalloc, has four sizes for each power of two. */
export function allocatedBytes(valueBytes: number): number {
  const bytes = valueBytes + HEADER_BYTES;
  const unit = 2 ** Math.max(4, Math.floor(Math.log2(bytes)) - 2);
  return Math.ceil(bytes / unit) * unit;
}
