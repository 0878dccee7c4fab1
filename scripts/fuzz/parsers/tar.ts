/** Writes a tar file (ustar) of regular files. */
export function tarOf(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Uint8Array {
  const blocks = files.flatMap(([name, bytes]) => {
    const content = new Uint8Array(Math.ceil(bytes.length / 512) * 512);
    content.set(bytes);
    return [header(name, bytes.length), content];
  });
  return Buffer.concat([...blocks, new Uint8Array(1024)]);
}

function header(name: string, size: number): Uint8Array {
  const block = new Uint8Array(512);
  const put = (at: number, text: string): void => block.set(new TextEncoder().encode(text), at);
  put(0, name);
  put(100, '0000644\0');
  put(124, `${size.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(156, '0');
  put(257, 'ustar\x0000');
  // The checksum is the sum of the bytes of the block, computed with spaces in the field of the checksum.
  put(148, '        ');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}
