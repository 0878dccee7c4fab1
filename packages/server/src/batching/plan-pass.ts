/**
 * How many images each waiting call may send into the next pass.
 *
 * First each gets an equal share, the oldest first where there are more calls than places, so a call of many images
 * never keeps one of few waiting; then what is left over goes to the oldest that want more.
 *
 * @param left images that each call still waits for, the oldest call first; each at least 1
 * @param capacity images of a pass, at least 1
 * @returns images to take from each call; together min(capacity, all that wait)
 */
export function planPass(left: readonly number[], capacity: number): number[] {
  const share = Math.max(1, Math.floor(capacity / left.length));
  let free = capacity;
  const take = (wanted: number): number => {
    const taken = Math.min(wanted, free);
    free -= taken;
    return taken;
  };
  const shares = left.map((images) => take(Math.min(images, share)));
  return shares.map((taken, i) => taken + take((left[i] ?? 0) - taken));
}
