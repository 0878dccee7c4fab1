/** Phrases with flags of the command line, and the words that replace them on the page. */
const WORDS: readonly (readonly [flag: RegExp, words: string])[] = [
  [
    /, so they are scaled with --kernel nearest; choose a different kernel with --kernel/g,
    ', so each pixel is scaled without smoothing',
  ],
  [/, or begin with a trained model \(--from\)/g, ', or begin with a trained model'],
  [/Add images, join classes, or train without classes \(--unconditional\)/g, 'Add images, or join classes'],
  [/Join classes, train without classes \(--unconditional\), or/g, 'Join classes, or'],
  [/Take --minutes 1(?![\d.])/g, 'Take 1 minute'],
  [/Take --(steps|minutes) ([\d.]+)/g, 'Take $2 $1'],
  [/ \(--augment ([\d.]+)\)/g, ' (probability $1)'],
  [/ with --fit seamless/g, ' with the fit “Seamless tile”'],
  [/: --preset (\w+)/g, ': the recipe “$1”'],
  [/: --size (\S+) has/g, ': the size $1 has'],
  [/a smaller --size/g, 'a smaller size'],
  [/with --minutes/g, 'with a number of minutes'],
  [/ \(--(?:channels|min-tag-count|ignore-tags)\)/g, ''],
];

/** Rewrites a note or advice of the command line for the page. */
export const inPageWords = (text: string): string =>
  WORDS.reduce((changed, [flag, words]) => changed.replace(flag, words), text);
