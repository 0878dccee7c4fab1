import { describe, expect, it } from 'vitest';
import { numbersOf } from './random-numbers.ts';
import { CHOICES, makeQuiz, scoreAnswers } from './tag-quiz.ts';

const names = Array.from({ length: 40 }, (_, i) => `tag ${i}`);
const pictures = Array.from({ length: 500 }, (_, i) => ({
  tags: [names[i % 40], names[(i * 7 + 1) % 40]] as string[],
}));
const quiz = makeQuiz(pictures, names, numbersOf(3, 0, 500_000));

describe('makeQuiz', () => {
  it('offers ten different tags, among them exactly one tag of the picture', () => {
    for (const [i, { choices, right }] of quiz.entries()) {
      const own = (pictures[i] as { tags: string[] }).tags;
      expect(new Set(choices).size).toBe(CHOICES);
      expect(choices.filter((name) => own.includes(name))).toEqual([choices[right]]);
    }
  });

  it('puts the right tag at each position about equally often', () => {
    const counts = new Array<number>(CHOICES).fill(0);
    for (const { right } of quiz) counts[right] = (counts[right] ?? 0) + 1;
    // Each count is binomial with mean 50 and deviation 6.7. Four deviations are allowed.
    for (const count of counts) expect(Math.abs(count - 50)).toBeLessThan(27);
  });
});

it('makeQuiz refuses a picture that lacks fewer than nine tags', () => {
  const make = (tags: number) =>
    makeQuiz([{ tags: ['tag 0', 'tag 1'] }], names.slice(0, tags), numbersOf(3, 0, 1000));
  expect(make(11)[0]?.choices).toHaveLength(CHOICES);
  expect(() => make(10)).toThrow(expect.objectContaining({ code: 'PICTURES_TAGS' }));
});

describe('scoreAnswers', () => {
  it('returns 1 if all answers are right, and about 0.1 if the first tag is always chosen', () => {
    expect(
      scoreAnswers(
        quiz,
        quiz.map(({ right }) => right),
      ),
    ).toBe(1);
    expect(
      scoreAnswers(
        quiz,
        quiz.map(() => 0),
      ),
    ).toBeCloseTo(0.1, 1);
  });

  it.each([[[0]], [new Array<number>(500).fill(10)], [new Array<number>(500).fill(0.5)], [undefined], ['0']])(
    'refuses answers that do not fit the questions',
    (answers) => {
      expect(() => scoreAnswers(quiz, answers)).toThrow(
        expect.objectContaining({ code: 'PICTURES_ANSWERS' }),
      );
    },
  );
});
