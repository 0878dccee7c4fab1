/** An instruction of a Dockerfile, such as `RUN pnpm build`. */
interface Instruction {
  readonly word: string;
  readonly text: string;
}

/** A stage: the instructions from one FROM to the next. */
export interface Stage {
  readonly name: string;
  /** Name of an image, or of an earlier stage. */
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

/** Reads the stages of a Dockerfile. @throws Error if a line cannot be read */
export function parseStages(dockerfile: string): readonly Stage[] {
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of dockerfile.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, word, text] = /^([A-Z]+) (.*[^\\])$/.exec(line) ?? [];
    if (word === undefined || text === undefined) throw unreadable(line, 'an instruction on one line');
    if (word !== 'FROM') {
      const stage = stages.at(-1);
      if (stage === undefined) throw unreadable(line, 'FROM as the first instruction');
      stage.instructions.push({ word, text });
      continue;
    }
    const [, from, name] = /^(\S+) AS (\S+)$/.exec(text) ?? [];
    if (from === undefined || name === undefined) throw unreadable(line, 'FROM <image> AS <stage>');
    stages.push({ name, from, instructions: [] });
  }
  return stages;
}

/**
 * Reads the JSON list of words after ENTRYPOINT, CMD or HEALTHCHECK … CMD.
 *
 * @throws Error if the text is not such a list; SyntaxError if it is not JSON
 */
export function wordsOf(text: string): readonly string[] {
  const words: unknown = JSON.parse(text.slice(text.indexOf('[')));
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  throw unreadable(text, 'a list of words in JSON');
}

function unreadable(line: string, expected: string): Error {
  return new Error(
    `Dockerfile: got "${line}"; expected ${expected}. Change the line, or scripts/image/dockerfile.ts.`,
  );
}
