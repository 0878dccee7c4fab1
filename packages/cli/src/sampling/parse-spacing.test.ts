import { describe, expect, it } from 'vitest';
import { parseSpacing } from './parse-spacing.ts';

describe('parseSpacing', () => {
  it('accepts the name of a rule, or a list of times', () => {
    expect(parseSpacing('karras')).toBe('karras');
    expect(parseSpacing('900, 450.5,0')).toEqual([900, 450.5, 0]);
    expect(parseSpacing('900')).toEqual([900]);
  });

  it.each(['even', '', '1,', '1e3', '-1', '900;0', 'toString'])('refuses "%s"', (text) => {
    expect(() => parseSpacing(text)).toThrow(
      /^Expected leading, linspace, .*, or times such as 900,450.5,0\.$/,
    );
  });
});
