import { scriptError } from '../script-error.ts';
import type { NextNumber } from './random-numbers.ts';

/** Number of tags from which the reader of a quiz chooses, for each picture. */
export const CHOICES = 10;

/** One picture of a quiz. */
export interface Question {
  /** Names of tags, in the order in which the reader sees them. */
  readonly choices: readonly string[];
  /** Index of the right tag. */
  readonly right: number;
}

/** A picture with its tags. A question asks for one of these tags and does not offer the others as wrong choices. */
export interface Tagged {
  readonly tags: readonly string[];
}

/**
 * Makes a question for each picture. The choices are one tag of the picture and nine tags that the picture does not
 * have, in random order.
 *
 * @param names all tags
 * @param next numbers in [0, 1); a question takes at most a few hundred
 * @throws `PICTURES_TAGS` if a picture has too many tags, so that too few wrong choices are left
 */
export function makeQuiz(
  pictures: readonly Tagged[],
  names: readonly string[],
  next: NextNumber,
): readonly Question[] {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  return pictures.map(({ tags }) => {
    const absent = names.filter((name) => !tags.includes(name)).length;
    if (absent < CHOICES - 1)
      throw scriptError(
        'PICTURES_TAGS',
        `quiz: a picture lacks only ${absent} of the ${names.length} tags; expected at least ${CHOICES - 1}, the wrong ` +
          'choices of a question. Name a model with more tags.',
      );
    const own = pick(tags);
    const others = new Set<string>();
    while (others.size < CHOICES - 1) {
      const name = pick(names);
      if (!tags.includes(name)) others.add(name);
    }
    const right = Math.floor(next() * CHOICES);
    const choices = [...others];
    choices.splice(right, 0, own);
    return { choices, right };
  });
}

/**
 * Computes the share of right answers.
 *
 * @param answers index of the chosen tag, per question
 * @throws `PICTURES_ANSWERS` if the number of answers differs from the number of questions, or an answer is not an
 *   index
 */
export function scoreAnswers(questions: readonly Question[], answers: unknown): number {
  const isIndex = (answer: unknown) =>
    Number.isInteger(answer) && Number(answer) >= 0 && Number(answer) < CHOICES;
  const list: readonly unknown[] = Array.isArray(answers) ? answers : [];
  const wrong = list.findIndex((answer) => !isIndex(answer));
  if (list.length !== questions.length || wrong >= 0)
    throw scriptError(
      'PICTURES_ANSWERS',
      `score: got ${list.length} answers${wrong < 0 ? '' : `, one of them ${JSON.stringify(list[wrong])}`}; expected ${questions.length} ` +
        `whole numbers from 0 to ${CHOICES - 1}, the positions of the chosen tags.`,
    );
  return questions.filter(({ right }, i) => list[i] === right).length / questions.length;
}
