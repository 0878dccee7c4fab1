import { expect, it } from 'vitest';
import type { Icon } from './icon-set.ts';
import { iconSvg, isSelfContained, tagsOf } from './icon-svg.ts';

const ICON: Icon = {
  name: 'cat',
  group: null,
  characters: [],
  hasSkinTone: false,
  body: '<rect width="4" height="2"/>',
  left: 0,
  top: 0,
  width: 4,
  height: 2,
  hFlip: false,
  vFlip: false,
  rotate: 0,
};

it('iconSvg writes the size and the view box, and rotates around the centre of the drawing', () => {
  expect(iconSvg(ICON, 32)).toContain(
    'width="32" height="32" viewBox="0 0 4 2"><rect width="4" height="2"/></svg>',
  );
  // A 4×2 drawing rotated by a quarter turn is 2×4, around the same centre (2, 1).
  expect(iconSvg({ ...ICON, rotate: 1, hFlip: true, vFlip: true }, 8)).toContain(
    'viewBox="1 -1 2 4"><g transform="rotate(90 2 1) translate(4 0) scale(-1 1) translate(0 2) scale(1 -1)">',
  );
});

it('isSelfContained is false for text, scripts and references to other files', () => {
  const contained = (body: string): boolean => isSelfContained({ ...ICON, body });
  for (const body of [
    ICON.body,
    '<linearGradient id="a"/><path fill="url(#a)"/><use href="#b" xlink:href="#c"/>',
    `<path fill="url('#a')"/>`,
  ])
    expect(contained(body), body).toBe(true);
  for (const body of [
    '<text>A</text>',
    '<image href="data:image/png;base64,AAAA"/>',
    '<use xlink:href="file:///etc/passwd#a"/>',
    `<a href='http://elsewhere.example'/>`,
    '<use href = "other.svg#a"/>',
    '<path fill="url(other.svg#a)"/>',
    '<path fill="url( &quot;http://x#a&quot;)"/>',
    '<style>@import "x.css"</style>',
    '<script>1</script>',
    '<foreignObject/>',
    '<!DOCTYPE svg>',
  ])
    expect(contained(body), body).toBe(false);
});

it('tagsOf returns each word of a name once, without filler words', () => {
  expect(tagsOf({ ...ICON, name: 'cat-with-tears-of-joy' })).toEqual(['cat', 'tears', 'joy']);
  expect(tagsOf({ ...ICON, name: 'flag-for-flag-chad' })).toEqual(['flag', 'chad']);
});
