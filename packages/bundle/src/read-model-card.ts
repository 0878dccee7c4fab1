import { BUNDLE_PATHS } from './files.ts';
import { BUILT_IN_SECTIONS, BUILT_IN_TAGS, type ModelCardOptions } from './model-card.ts';

/**
 * Reads the options from which `modelCard` wrote a card. With them, the card can be rewritten when the model is
 * exported again. Keeps sections that a user added, and omits unreadable parts.
 *
 * @param markdown text of README.md
 */
export function readModelCard(markdown: string): ModelCardOptions {
  const text = markdown.replaceAll('\r\n', '\n');
  const [, front = '', body = ''] = /^---\n([\s\S]*?\n)---\n([\s\S]*)$/.exec(text) ?? [undefined, '', text];
  const { before, sections } = split(body);
  const summary = before
    .replace(/^\s*# .*$/m, '')
    .replace(/^!\[Samples of .*$/m, '')
    .trim();
  const [, license] = /^license: (.*)$/m.exec(front) ?? [];
  const tags = listOf(front, 'tags').filter((tag) => !BUILT_IN_TAGS.includes(tag));
  const datasets = listOf(front, 'datasets');
  const training = rowsOf(sections.get('Training') ?? '');
  const [, command] = /^```sh\n([\s\S]*?)\n```/.exec(sections.get('Made by') ?? '') ?? [];
  for (const title of BUILT_IN_SECTIONS) sections.delete(title);
  return {
    ...(license === undefined ? {} : { license: unquote(license) }),
    ...(datasets.length === 0 ? {} : { datasets }),
    ...(tags.length === 0 ? {} : { tags }),
    ...(summary === '' ? {} : { summary }),
    ...(Object.keys(training).length === 0 ? {} : { training }),
    command,
    ...(sections.size === 0 ? {} : { sections: Object.fromEntries(sections) }),
    samples: BUNDLE_PATHS.samples,
  };
}

/** Splits a card into the text before the first `##` heading, and the sections by title. */
function split(body: string): { readonly before: string; readonly sections: Map<string, string> } {
  const sections = new Map<string, string>();
  let [title, lines, isCode]: [string, string[], boolean] = ['', [], false];
  const finish = (): void => void sections.set(title, lines.join('\n').trim());
  for (const line of body.split('\n')) {
    if (line.startsWith('```')) isCode = !isCode;
    if (!isCode && line.startsWith('## ')) {
      finish();
      [title, lines] = [line.slice(3).trim(), []];
    } else lines.push(line);
  }
  finish();
  const before = sections.get('') ?? '';
  sections.delete('');
  return { before, sections };
}

function listOf(front: string, key: string): readonly string[] {
  const [, items = ''] = new RegExp(`^${key}:\n((?: {2}- .*\n)*)`, 'm').exec(front) ?? [];
  return items
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => unquote(line.slice('  - '.length)));
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** Parses the rows of a card's table, without the two header lines. */
function rowsOf(section: string): Readonly<Record<string, string>> {
  const rows = section.split('\n').flatMap((line) => {
    const [, key, value] = /^\| ((?:[^|\\]|\\.)+?) \| ((?:[^|\\]|\\.)*?) \|$/.exec(line) ?? [];
    return key === undefined ? [] : [[cell(key), cell(value ?? '')] as const];
  });
  return Object.fromEntries(rows);
}

const cell = (text: string): string => text.replaceAll('\\|', '|');
