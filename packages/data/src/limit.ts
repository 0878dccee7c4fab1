/**
 * Selects at most `limit` images. Classes take turns, and images of a class are selected in the order of the data
 * set. Without labels, the first images are selected.
 *
 * @param labels `[N]`, class of each image
 * @param limit maximum number of selected images, at least 1
 * @returns indices in ascending order, so that the selected images keep the order of the data set
 */
export function fromEachClass(
  count: number,
  labels: ArrayLike<number> | undefined,
  limit: number,
): readonly number[] {
  const indices = Array.from({ length: count }, (_, i) => i);
  if (limit >= count) return indices;
  if (labels === undefined) return indices.slice(0, limit);
  // An image's turn is the number of earlier images of its class.
  const seen = new Map<number, number>();
  const turns = Int32Array.from(labels, (label) => {
    const turn = seen.get(label) ?? 0;
    seen.set(label, turn + 1);
    return turn;
  });
  const turnOf = (i: number): number => turns[i] ?? 0;
  const classOf = (i: number): number => labels[i] ?? 0;
  return indices
    .sort((a, b) => turnOf(a) - turnOf(b) || classOf(a) - classOf(b))
    .slice(0, limit)
    .sort((a, b) => a - b);
}
