/** An expected failure. The message says what was found and what to do; `code` is stable. */
export class SetupError extends Error {
  name = 'SetupError';

  /**
   * @param {string} code
   * @param {string} message
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}
