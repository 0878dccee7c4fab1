import type { BaseIssue } from 'valibot';

/**
 * What is wrong with a body, each field under the name that the client wrote.
 *
 * @param fields every field that a body may have
 * @returns `images[1] is -1; expected >=0`, …
 */
export function bodyProblems(issues: readonly BaseIssue<unknown>[], fields: readonly string[]): string[] {
  return issues.map((issue) => {
    const path = pathOf(issue);
    if (issue.type === 'strict_object' && issue.path !== undefined) {
      return issue.expected === 'never'
        ? `${path} is not a field; expected ${fields.join(', ')}`
        : `${path} is missing`;
    }
    // Issues of actions have what they expect in their message alone.
    const expected = issue.expected ?? EXPECTED[issue.type] ?? issue.message;
    return `${path || 'the body'} is ${issue.received}; expected ${expected}`;
  });
}

/** Of actions whose issues do not say. */
const EXPECTED: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  finite: 'a finite number',
};

/** `images[1]` */
function pathOf({ path }: BaseIssue<unknown>): string {
  return (path ?? [])
    .map(({ key, type }, i) => (type === 'array' ? `[${String(key)}]` : `${i > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
