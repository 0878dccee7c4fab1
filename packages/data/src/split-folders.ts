/** A folder name that contains the word for a split. */
interface SplitName {
  readonly training: boolean;
  /** The name with `*` instead of the word, such as `seg_*` for `seg_train`. */
  readonly frame: string;
  /** Whether the name consists only of the word. */
  readonly plain: boolean;
}

const TRAINING: readonly string[] = ['train', 'training'];
const HELD_OUT: readonly string[] = [
  'test',
  'testing',
  'val',
  'valid',
  'validation',
  'eval',
  'evaluation',
  'dev',
  'pred',
  'prediction',
];
/** Matches names such as `train`, `test1`, `training_set`, `seg_train` or `train-images`. */
const NAME = new RegExp(
  `^(?<before>(?:.*[ _.-])?)(?<word>${[...TRAINING, ...HELD_OUT].join('|')})\\d*(?<behind>(?:[ _.-].*)?)$`,
  'i',
);

export interface SplitFolders {
  readonly training: readonly string[];
  readonly heldOut: readonly string[];
  /** Folders that are not splits. */
  readonly rest: readonly string[];
}

/**
 * Separates splits from other folders. If a name contains more than the word (`seg_train`, `test1`), it is a split
 * only if a training folder and a held-out folder have the same pattern. `bullet_train` alone is a class.
 */
export function splitFolders(names: readonly string[]): SplitFolders {
  const split = new Map<string, SplitName>();
  for (const name of names) {
    const { before, word, behind } = NAME.exec(name)?.groups ?? {};
    if (word === undefined) continue;
    split.set(name, {
      training: TRAINING.includes(word.toLowerCase()),
      frame: `${before}*${behind}`.toLowerCase(),
      plain: name === word,
    });
  }
  const all = [...split.values()];
  const together = (one: SplitName): boolean =>
    all.some((other) => other.frame === one.frame && other.training) &&
    all.some((other) => other.frame === one.frame && !other.training);
  const isSplit = (name: string): boolean => {
    const found = split.get(name);
    return found !== undefined && (found.plain || together(found));
  };
  return {
    training: names.filter((name) => isSplit(name) && split.get(name)?.training === true),
    heldOut: names.filter((name) => isSplit(name) && split.get(name)?.training === false),
    rest: names.filter((name) => !isSplit(name)),
  };
}
