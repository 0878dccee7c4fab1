import { isIP } from 'node:net';
import { ServerError } from '../errors.ts';

/** Hostnames that refer to this machine without a DNS lookup. */
const LOOPBACK = /^(\[::1\]|127(\.\d+){3}|(.+\.)?localhost)$/;

/** Checks the URL of a request. @throws ServerError `HOST_NOT_ALLOWED` if its host is not accepted */
export type HostCheck = (url: string, onLoopback: boolean) => void;

/**
 * Creates the check of the host, a protection against DNS rebinding. If the name of a website resolves to 127.0.0.1,
 * a browser treats the site and a server on loopback as one origin. Without the check, the site could read the
 * server's responses. The `Host` of such requests is the name of the site.
 *
 * @param allowed names that are accepted in addition to loopback names
 * @returns the check; a server on loopback accepts only loopback and allowed names. A server on other addresses
 *   cannot know its names and accepts every name unless `allowed` contains names.
 * @throws ServerError `SERVER_HOST_INVALID` if an allowed name is not a host name or an IP address
 */
export function hostCheck(allowed: readonly string[]): HostCheck {
  const names = new Set(allowed.map(allowedName));
  return (url, onLoopback) => {
    if (!onLoopback && names.size === 0) return;
    const host = hostnameOf(url);
    if (host !== undefined && (LOOPBACK.test(host) || names.has(host))) return;
    throw new ServerError(
      'HOST_NOT_ALLOWED',
      `Host is ${host ?? 'not valid'}; expected localhost, 127.0.0.1, [::1] or an allowed name. To allow this one, ` +
        `start the server with --allow-host ${host ?? '<name>'} (in a program: allowHosts).`,
    );
  };
}

/** @returns whether the host of a URL is that of an origin; ports are not compared */
export function hasHostOf(url: string, origin: string): boolean {
  const host = hostnameOf(url);
  return host !== undefined && host === hostnameOf(origin);
}

/** @returns the origin of a server that listens on an IP address */
export function originOf(address: string, port: number): string {
  return `http://${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
}

/** @returns whether the address of a socket, as Node reports it, is a loopback address */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/**
 * Checks the syntax of a host on which a server should listen.
 *
 * @throws ServerError `SERVER_HOST_INVALID` if it is neither an IP address nor a host name
 */
export function requireListenHost(host: string): void {
  if (isIP(host) !== 0 || (!host.startsWith('[') && isHostAlone(host))) return;
  throw new ServerError(
    'SERVER_HOST_INVALID',
    `host (--host) is "${host}"; expected only a name or an address, such as localhost, 0.0.0.0 or ::1. ` +
      'Give the port with --port.',
  );
}

/** @returns the hostname in lower case, IPv4 as four numbers, IPv6 in brackets, without a dot at the end */
function hostnameOf(url: string): string | undefined {
  try {
    return new URL(url).hostname.replace(/\.$/, '');
  } catch {
    return undefined;
  }
}

function allowedName(name: string): string {
  const host = isHostAlone(name) ? hostnameOf(`http://${name}`) : undefined;
  if (host !== undefined) return host;
  throw new ServerError(
    'SERVER_HOST_INVALID',
    `allowHosts (--allow-host) has "${name}"; expected only a name or an address, such as draw.example.org ` +
      'or [fd00::7], without scheme, port, path or wildcard.',
  );
}

/** @returns whether the text is a host as in a URL, and nothing else */
function isHostAlone(name: string): boolean {
  const alone = !/[/?#@\\*\s]|:\d*$/.test(name.replace(/^\[[\d:a-f.]+\]/i, 'v6'));
  return alone && hostnameOf(`http://${name}`) !== undefined;
}
