/** A picture with 8 bits per channel, row-major, channels last. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/**
 * Draws a picture as terminal text. Each character is an upper half block, whose foreground and background are the
 * colours of two pixels, one above the other.
 *
 * If the number of rows is odd, the last row is left out.
 *
 * @param columns largest width in characters; a wider picture is shrunk by averaging
 */
export function halfBlocks(picture: Pixels, columns: number): string {
  const scale = Math.max(1, picture.width / columns);
  const width = Math.floor(picture.width / scale);
  const height = 2 * Math.floor(picture.height / scale / 2);
  const colour = (x: number, y: number): string => averaged(picture, x * scale, y * scale, scale).join(';');
  const lines = Array.from({ length: height / 2 }, (_, line) => {
    const cells = Array.from(
      { length: width },
      (_cell, x) => `\x1b[38;2;${colour(x, 2 * line)}m\x1b[48;2;${colour(x, 2 * line + 1)}m▀`,
    );
    return `${cells.join('')}\x1b[0m`;
  });
  return lines.join('\n');
}

/** Returns the mean colour of a square of the picture. */
function averaged(
  { width, height, channels, data }: Pixels,
  left: number,
  top: number,
  side: number,
): number[] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let y = Math.floor(top); y < Math.min(height, Math.max(top + side, Math.floor(top) + 1)); y++) {
    for (let x = Math.floor(left); x < Math.min(width, Math.max(left + side, Math.floor(left) + 1)); x++) {
      const at = (y * width + x) * channels;
      for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (data[at + (channels < 3 ? 0 : c)] ?? 0);
      count++;
    }
  }
  return sums.map((sum) => Math.round(sum / count));
}
