import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('fills in defaults', () => {
    expect(parseOptions(['draw-sprites', '--out', 'x'])).toEqual({
      command: 'draw-sprites',
      model: '',
      count: 150,
      seed: 0,
      side: 512,
      palette: 'day',
      steps: undefined,
      guidance: undefined,
      dataset: 'data/sprites',
      heldOut: 'data/sprites-held-out',
      chromium: false,
      out: 'x',
    });
    expect(parseOptions(['seams', 'models/stones', '--count', '3'])).toMatchObject({
      model: 'models/stones',
      count: 3,
    });
    expect(parseOptions(['--help'])).toBeNull();
  });

  it.each([
    [[], 'got no command'],
    [['paint'], 'got paint; expected one of draw-sprites, draw-stones, sprites, seams, quiz, score'],
    [['draw-sprites'], '--out is missing'],
    [['draw-sprites', 'x', '--out', 'y'], 'got x; expected only flags'],
    [['draw-sprites', '--out', 'x', '--palette', 'dusk'], '--palette is dusk; expected one of day, night.'],
    [['sprites'], 'got no model; expected the folder of a model'],
    [['score'], 'got no model; expected the folder of a quiz'],
    [['quiz', 'x'], '--out is missing'],
    [['seams', 'x', '--count', '1e3'], '--count is "1e3"; expected a whole number'],
    [['quiz', 'x', '--out', 'y', '--guidance', '-1'], '--guidance'],
    [
      ['sprites', 'x', '--guidance', '2'],
      'sprites: got --guidance; expected only --dataset, --held-out, --seed',
    ],
    [['score', 'x', '--out', 'y'], 'score: got --out; expected no flags.'],
    [['seams', 'x', '--colour', '3'], "Unknown option '--colour'"],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(
      expect.objectContaining({ code: 'PICTURES_USAGE', message: expect.stringContaining(message) }),
    );
  });
});
