import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { Address6 } from 'ip-address';
import type { Config } from '../../config/config.js';

/**
 * Fastify's `trustProxy` function: whether an address on the way of a request, nearest first, is a trusted
 * proxy's. `hop` is 0 for the socket's own address; the first address that is not trusted is the caller's.
 */
export function trustIn(proxies: Config['trustProxy']): false | ((address: string, hop: number) => boolean) {
  if (proxies === false) return false;
  if (proxies === true) return () => true;
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  const ranges = new BlockList();
  for (const range of proxies) {
    const [address = '', prefix] = range.split('/');
    if (prefix === undefined) ranges.addAddress(address, familyOf(address));
    else ranges.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (text) => {
    const address = addressIn(text);
    return address !== undefined && ranges.check(address, familyOf(address));
  };
}

/**
 * The address whose budget a request without a good token uses; of an IPv6 address, its /64. A forwarded
 * address counts only if it is an IP address; otherwise the socket's own does.
 */
export function callerAddress({ ip, socket }: FastifyRequest): string {
  const address = addressIn(ip) ?? socket.remoteAddress ?? '';
  return isIP(address) === 6 ? networkOf(new Address6(address)) : address;
}

/** The IPv4 address in a mapped IPv6 address; of any other, its /64. */
function networkOf(address: Address6): string {
  if (address.isMapped4()) return address.to4().correctForm();
  return new Address6(`${address.correctForm()}/64`).startAddress().correctForm();
}

/**
 * An IP address, with or without a port: `192.0.2.1:5678`, `[2001:db8::1]:443`. Undefined for any other text.
 */
function addressIn(text: string): string | undefined {
  const [, bracketed, beforePort] = /^(?:\[([^\]]*)\](?::\d{1,5})?|([\d.]+):\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? beforePort ?? text;
  // An IPv6 zone is free text.
  return isIP(address) === 0 || address.includes('%') ? undefined : address;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
