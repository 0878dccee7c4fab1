import type { BaseIssue } from 'valibot';

/** The words for types in valibot's issues. */
const TYPES: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
};

/** Expected values in words, for the validations of valibot whose issues do not contain them. */
const ACTIONS: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  finite: 'a finite number',
};

/** Maximum length of a found value in a message. A body may contain strings of megabytes. */
const MOST_SHOWN = 60;

/** The found value of an issue, as valibot formats it: a value in JSON, or a type. */
export function receivedText({ received }: BaseIssue<unknown>): string {
  const text = TYPES[received] ?? received;
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

/** Describes in words what an issue expects. */
export function expectedText({ type, expected, message }: BaseIssue<unknown>): string {
  // Some issues of actions have no `expected`, only a message. The message about a pattern describes the pattern.
  if (type === 'regex' || expected === null) return ACTIONS[type] ?? message;
  // The expectation of a union is nested: `(("a" | "b") | Array | Object)`.
  const parts = expected.startsWith('(') ? expected.replace(/[()]/g, '').split(' | ') : [expected];
  const values = parts.filter((part) => part.startsWith('"')).map((part) => JSON.parse(part) as string);
  const types = parts.filter((part) => !part.startsWith('"')).map((part) => TYPES[part] ?? part);
  const choice = parts.length === 1 ? JSON.stringify(values[0]) : `one of ${values.join(', ')}`;
  const words = values.length === 0 ? types : [choice, ...types];
  return words.length === 1 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/**
 * Returns the issue to report. A value may have the type of one member of a union, such as a list, but contain a fault.
 * Then the issue of the fault is returned, with its path; otherwise, the given issue is returned.
 */
export function innermost(issue: BaseIssue<unknown>): BaseIssue<unknown> {
  if (issue.type !== 'union') return issue;
  const depth = ({ path }: BaseIssue<unknown>): number => path?.length ?? 0;
  const inner = issue.issues?.map(innermost).find((each) => depth(each) > 0);
  return inner === undefined ? issue : withPath(inner, issue);
}

/** Adds the path of the union to the path of an issue inside it. */
function withPath(inner: BaseIssue<unknown>, { path: outer }: BaseIssue<unknown>): BaseIssue<unknown> {
  const [first, ...others] = [...(outer ?? []), ...(inner.path ?? [])];
  return first === undefined ? inner : { ...inner, path: [first, ...others] };
}
