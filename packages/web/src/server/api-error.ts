/** A request to the server that was not answered as asked. Codes are the server's, and two of our own. */
export class ServerRequestError extends Error {
  override readonly name = 'ServerRequestError';
  /** `SERVER_UNREACHABLE`, `SERVER_ANSWER`, or what the server said: `KEY_REQUIRED`, `BUDGET_EXCEEDED`, … */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
