import { isIP } from 'node:net';
import { ServerError } from '../errors.ts';

/** What means this machine by itself, as a URL's hostname is written: no DNS server is asked for it. */
const LOOPBACK = /^(\[::1\]|127(\.\d+){3}|(.+\.)?localhost)$/;

/** @throws ServerError `HOST_NOT_ALLOWED` the URL of a request names a host that is not answered */
export type HostCheck = (url: string, onLoopback: boolean) => void;

/**
 * Against DNS rebinding: a site whose name comes to mean 127.0.0.1 is, for a browser, of one origin with a server that
 * listens there, and could read its answers. The name in the request gives it away.
 *
 * @param allowed names that are answered wherever the server listens, beside those of loopback
 * @returns checks the URL of a request. What listens on loopback knows by which names it can be meant; what listens
 *   elsewhere does not, and answers to every name unless some are allowed.
 * @throws ServerError `SERVER_HOST_INVALID` an allowed name is not one
 */
export function hostCheck(allowed: readonly string[]): HostCheck {
  const names = new Set(allowed.map(allowedName));
  return (url, onLoopback) => {
    if (!onLoopback && names.size === 0) return;
    const host = hostnameOf(url);
    if (host !== undefined && (LOOPBACK.test(host) || names.has(host))) return;
    throw new ServerError(
      'HOST_NOT_ALLOWED',
      `Host is ${host ?? 'no name'}; wanted localhost, 127.0.0.1, [::1] or a name that the server was started with. ` +
        `If it should answer to this one, start it with --allow-host ${host ?? '<name>'} (in a program: allowHosts).`,
    );
  };
}

/** @param address as Node tells it of a socket */
export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}

/**
 * What can be known to be wrong with an address to listen on without asking the machine.
 *
 * @throws ServerError `SERVER_HOST_INVALID` it is neither an IP address nor the form of a name
 */
export function requireListenHost(host: string): void {
  if (isIP(host) !== 0 || (!host.startsWith('[') && isHostAlone(host))) return;
  throw new ServerError(
    'SERVER_HOST_INVALID',
    `host (--host) is "${host}"; expected a name or an address alone, localhost, 0.0.0.0 or ::1. The port is given apart.`,
  );
}

/** @returns in lower case, IPv4 as four numbers, IPv6 in brackets, without the dot of the root */
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
    `allowHosts (--allow-host) has "${name}"; wanted a name or an address alone, draw.example.org or [fd00::7]: no ` +
      'scheme, port, path or wildcard.',
  );
}

/** Whether it is a URL's host with nothing beside it. */
function isHostAlone(name: string): boolean {
  const alone = !/[/?#@\\*\s]|:\d*$/.test(name.replace(/^\[[\d:a-f.]+\]/i, 'v6'));
  return alone && hostnameOf(`http://${name}`) !== undefined;
}
