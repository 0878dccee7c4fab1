/**
 * Returns the number of images per row for images whose classes take turns, so that each column is one class. If
 * there are fewer images than classes, all images are in one row. The command line and the page share this rule, so
 * they write the same bytes for the same images.
 *
 * @param classes number of classes, without the null class
 */
export function classColumns(count: number, classes: number): number {
  return Math.max(1, Math.min(count, classes));
}

/**
 * Returns the number of images per row for a saved run, whose request is unknown. If the labels are all classes in
 * turn, each class is a column. Otherwise the result is undefined, which means the default.
 */
export function columnsOfLabels(labels: readonly number[] | null, classes: number): number | undefined {
  const inTurn = classes > 1 && labels?.every((label, i) => label === i % classes) === true;
  return inTurn ? classColumns(labels.length, classes) : undefined;
}
