import { expectedOf, settingNames, settingOf } from '@isonoise/sampler';
import type { BaseIssue } from 'valibot';

/**
 * Describes what is wrong with a body, with the field names of the client.
 *
 * @param fields all fields that a body may have
 * @returns `images[1] is -1; expected >=0`, …
 */
export function bodyProblems(issues: readonly BaseIssue<unknown>[], fields: readonly string[]): string[] {
  const problems = issues.map((issue) => {
    const path = pathOf(issue);
    const setting = settingNames.find((name) => name === path);
    // The message uses the words of the library and the command line.
    if (setting !== undefined)
      return `${path} is ${issue.received}; expected ${expectedOf(settingOf(setting), 'null')}`;
    if (issue.type === 'strict_object' && issue.path !== undefined) {
      return issue.expected === 'never'
        ? `${path} is not a field; expected ${fields.join(', ')}`
        : `${path} is missing`;
    }
    if (issue.type === 'non_empty') {
      return `${path} is empty; expected at least one ${typeof issue.input === 'string' ? 'character' : 'value'}`;
    }
    // Some issues of valibot's actions have no `expected`, only a message. The message about a pattern describes
    // the pattern.
    const expected =
      (issue.type === 'regex' ? null : issue.expected) ?? EXPECTED[issue.type] ?? issue.message;
    return `${path || 'the body'} is ${issue.received}; expected ${expected}`;
  });
  // A value may fail several checks of a setting, which all give the same message.
  return [...new Set(problems)];
}

/** Expectations of actions whose issues do not include them. */
const EXPECTED: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  finite: 'a finite number',
};

/** @returns a path such as `images[1]` */
function pathOf({ path }: BaseIssue<unknown>): string {
  return (path ?? [])
    .map(({ key, type }, i) => (type === 'array' ? `[${String(key)}]` : `${i > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
