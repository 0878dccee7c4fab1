import { plural } from '@isonoise/error';
import { expectedOf, settingNames, settingOf } from '@isonoise/sampler';
import type { BaseIssue } from 'valibot';
import { expectedText, innermost, receivedText } from './readable-issue.ts';

/**
 * Describes the problems of a body, with the field names of the client.
 *
 * @param fields all fields that a body may have
 * @returns `images[1] is -1; expected >=0`, …
 */
export function bodyProblems(issues: readonly BaseIssue<unknown>[], fields: readonly string[]): string[] {
  const problems = issues.map((each) => {
    const issue = innermost(each);
    const path = pathOf(issue);
    const found = receivedText(issue);
    const setting = settingNames.find((name) => name === path);
    // The message uses the words of the library and the command line.
    if (setting !== undefined)
      return `${path} is ${found}; expected ${expectedOf(settingOf(setting), 'null')}`;
    // The problem is an unknown or missing key of an object.
    if (/^(strict|loose)_object$/.test(issue.type) && issue.path?.at(-1)?.origin === 'key') {
      if (issue.expected !== 'never') return `${path} is missing`;
      return `${shortened(path)} is not a field${issue.path.length === 1 ? expectedFields(path, fields) : ''}`;
    }
    if (issue.type === 'non_empty') {
      return `${path} is empty; expected at least one ${typeof issue.input === 'string' ? 'character' : 'value'}`;
    }
    return `${path || 'the body'} is ${found}; expected ${expectedText(issue)}`;
  });
  // A value may fail several checks of a setting, which all give the same message.
  const different = [...new Set(problems)];
  const others = different.length - MOST_PROBLEMS;
  return others <= 0
    ? different
    : [...different.slice(0, MOST_PROBLEMS), `and ${plural(others, 'more problem')}`];
}

/** Maximum number of problems in a message; each value of a list can have a problem. */
const MOST_PROBLEMS = 10;

/** Names from other interfaces and routes, each with the field to use instead. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  sigmas: 'spacing, which takes the same names',
  classIndex: 'class with a number',
  classLabels: 'class',
  from: 'start for images, or POST /v1/resume for a saved run',
  saveState: 'format saved with stopAfter',
  resumeState: 'from in POST /v1/resume',
};

/** Returns the part of a message that names the expected fields: the field to use instead of `path`, or all fields. */
function expectedFields(path: string, fields: readonly string[]): string {
  const other = Object.hasOwn(OTHER_NAMES, path) ? OTHER_NAMES[path] : undefined;
  return other === undefined ? `; expected ${fields.join(', ')}` : `; expected ${other}`;
}

const shortened = (name: string): string => (name.length <= 60 ? name : `${name.slice(0, 60)}…`);

/** @returns a path such as `images[1]` */
function pathOf({ path }: BaseIssue<unknown>): string {
  return (path ?? [])
    .map(({ key, type }, i) => (type === 'array' ? `[${String(key)}]` : `${i > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
