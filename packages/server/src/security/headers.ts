/**
 * Allows only what the page needs: everything from this server, blob: workers for WebAssembly runtimes, and
 * inline styles for charts.
 */
const POLICY_RULES: readonly string[] = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

const policy = (rules: readonly string[]): string => rules.join('; ');

/**
 * Headers of every response. The first three isolate the page, because browsers require isolation for
 * WebAssembly threads.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': policy(POLICY_RULES),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** Headers of the board of the queue. They also allow the `<base>` element of its page. */
export const BOARD_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'Content-Security-Policy': policy(
    POLICY_RULES.map((rule) => (rule === "base-uri 'none'" ? "base-uri 'self'" : rule)),
  ),
};
