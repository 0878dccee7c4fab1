import { IsonoiseError, isIsonoiseError } from './isonoise-error.ts';

/**
 * Returns an error of isonoise with a location in front of its message, such as `models/a.onnx: ` and the message.
 * Other errors, and messages that begin with this location, are not changed.
 *
 * @param location path of a file, or an operation and a path: `import: models/a.bin`
 * @param names names that the location replaces if the message begins with one of them
 */
export function withLocation(error: unknown, location: string, names: readonly string[] = []): unknown {
  if (!isIsonoiseError(error) || error.message.startsWith(`${location}: `)) return error;
  const { code, message } = error;
  const name = names.find((each) => message.startsWith(`${each}: `));
  const rest = name === undefined ? message : message.slice(`${name}: `.length);
  return new IsonoiseError(code, `${location}: ${rest}`, { cause: error });
}
