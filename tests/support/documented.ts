import { openApiDocument } from '../../packages/server/src/openapi/document.ts';
import type { Served } from './served.ts';

interface Content {
  readonly example?: { readonly error: { readonly code: string } };
  readonly examples?: Readonly<Record<string, unknown>>;
}
interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly responses: Readonly<
              Record<string, { readonly content?: Readonly<Record<string, Content>> }>
            >;
          }
        >
      >
    >
  >;
}

// The schemas do not describe the document itself.
const { paths } = openApiDocument({ needsKey: true }) as Partial<OpenApi> as OpenApi;

/** Returns the codes that the API document lists for a status of an operation. */
function codesOf(method: string, pathname: string, status: number): readonly string[] {
  const [pattern = ''] = Object.keys(paths).filter((each) =>
    new RegExp(`^${each.replace(/\{\w+\}/g, '[^/]+')}$`).test(pathname),
  );
  const { example, examples = {} } =
    paths[pattern]?.[method.toLowerCase()]?.responses[status]?.content?.['application/json'] ?? {};
  return [...(example === undefined ? [] : [example.error.code]), ...Object.keys(examples)];
}

/** Returns a server whose `get` throws if the API document lacks the code of an error response. */
export function documented(served: Served): Served {
  return {
    ...served,
    async get(pathname, init) {
      const answer = await served.get(pathname, init);
      if (answer.status < 400) return answer;
      const { error } = (await answer.clone().json()) as { readonly error: { readonly code: string } };
      const { pathname: path } = new URL(answer.url);
      const codes = codesOf(init?.method ?? 'GET', path, answer.status);
      if (!codes.includes(error.code))
        throw new Error(
          `${init?.method ?? 'GET'} ${path} answered ${answer.status} ${error.code}; the API document lists ${codes.join(', ') || 'none'}.`,
        );
      return answer;
    },
  };
}
