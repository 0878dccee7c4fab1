import { describe, expect, it } from 'vitest';
import { MOST_LINEAR, timeRatio } from '../../../tests/support/time-ratio.ts';
import { hasText, requireSelfContained } from './svg.ts';

const bytes = (body: string, before = ''): Uint8Array =>
  new TextEncoder().encode(
    `${before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">${body}</svg>`,
  );

describe('requireSelfContained', () => {
  it.each([
    ['<image href="photo.png"/>', '', 'a reference to "photo.png"'],
    ['<image width="1"\n xlink:href = \'file:///etc/passwd\'/>', '', 'a reference to "file:///etc/passwd"'],
    ['<svg:use href="https://example.org/a.svg#b"/>', '', 'a reference to "https://example.org/a.svg#b"'],
    ['<rect fill="url(other.svg#g)"/>', '', 'a reference to another file'],
    ['<style>@import "a.css";</style>', '', 'a style sheet of another file'],
    ['<script>draw()</script>', '', 'a script'],
    ['<svg:script>draw()</svg:script>', '', 'a script'],
    ['<svg:foreignObject><p>hello</p></svg:foreignObject>', '', 'HTML (foreignObject)'],
    ['<rect fill="url( \'other.svg#g\')"/>', '', 'a reference to another file'],
    ['<foreignObject><p>hello</p></foreignObject>', '', 'HTML (foreignObject)'],
    ['', '<?xml-stylesheet href="a.css"?>', 'a style sheet of another file'],
    ['&a;', '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 'an entity of another file'],
  ])('refuses the content %j after the prolog %j', (body, before, found) => {
    expect(() => requireSelfContained(bytes(body, before), 'a.svg')).toThrow(
      expect.objectContaining({
        code: 'DATA_FORMAT',
        file: 'a.svg',
        message: `a.svg: the SVG contains ${found}; expected a drawing that needs no other file. Convert it to PNG.`,
      }),
    );
  });

  it.each([
    '<use href="#a"/><rect fill="url(#g)"/><rect fill="url(\'#g\')"/>',
    '<rect fill="url( \' #g\')"/><rect fill="url(data:image/png;base64,AAAA)"/>',
    '<image href="data:image/png;base64,AAAA"/>',
    '<a href="https://example.org"><path d="M0 0"/></a>',
    '<!-- <script>draw()</script> --><path d="M0 0"/>',
  ])('accepts %j', (body) => {
    expect(() => requireSelfContained(bytes(body), 'a.svg')).not.toThrow();
  });
});

it('requireSelfContained takes time proportional to the length of a document', () => {
  const check = (size: number): (() => void) => {
    const spaces = ' '.repeat(size);
    const document = bytes(`<rect fill="url(${spaces}#g)"/><rect fill='url("${spaces}#g")'/>`);
    return () => requireSelfContained(document, 'a.svg');
  };
  expect(timeRatio(check(2000), check(32_000))).toBeLessThan(MOST_LINEAR);
});

describe('hasText', () => {
  it('finds text elements, but not elements whose names begin with "text"', () => {
    expect(hasText(bytes('<text>hello</text>'))).toBe(true);
    expect(hasText(bytes('<textPathology/><path d="M0 0"/>'))).toBe(false);
  });
});
