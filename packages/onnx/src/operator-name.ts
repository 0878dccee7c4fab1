import type { Node } from './model.ts';

/** Normalizes a domain: 'ai.onnx' is an alias of the standard domain, ''. */
export function canonicalDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

/** Returns the name of a node's operator, such as 'Conv', or 'com.microsoft.Gelu' outside the standard domain. */
export function operatorName({ domain = '', opType }: Pick<Node, 'domain' | 'opType'>): string {
  const canonical = canonicalDomain(domain);
  return canonical === '' ? opType : `${canonical}.${opType}`;
}
