import { lookup as dnsLookup } from "node:dns";
import { isIP, type LookupFunction } from "node:net";

import ipaddr from "ipaddr.js";

/** Which addresses a fetch may reach: public ones, and those that an operator has listed. */
export type AddressPolicy = { allowedPrivateCidrs: readonly string[] };

/** Resolves a name to all of its addresses; replaced in tests of rebinding. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** What about an address is against policy; the sentence of INPUT_BLOCKED chooses by it. */
export type BlockReason = "address" | "port" | "scheme" | "credentials";

/** Thrown inside the dialler; `address` is what the name led to. */
export class BlockedAddressError extends Error {
  readonly code = "VOD_BLOCKED_ADDRESS";
  readonly address: string;
  readonly reason: BlockReason;

  constructor(address: string, message: string, reason: BlockReason) {
    super(message);
    this.name = "BlockedAddressError";
    this.address = address;
    this.reason = reason;
  }
}

/**
 * Ports of services that are never a web server's and that a crafted request could harm or read: mail, shells, file
 * shares, databases, caches, queues, container and cluster control. Everything else is open.
 */
const DENIED_PORTS = new Set([
  21, 22, 23, 25, 53, 110, 111, 119, 135, 137, 138, 139, 143, 161, 389, 445, 465, 512, 513, 514, 587, 636,
  873, 993, 995, 1433, 1521, 2049, 2181, 2375, 2376, 2379, 2380, 3306, 3389, 4369, 5432, 5672, 5900, 5984,
  6379, 6443, 8500, 9042, 9092, 9200, 9300, 10250, 10255, 11211, 15672, 27017, 27018,
]);

const GLOBAL_IPV6 = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];

/**
 * Whether a fetch may connect to this address. Public unicast only, judged by what the address really leads to: IPv4
 * inside IPv6 (mapped, NAT64) is judged as IPv4; 6to4 and Teredo are refused. ipaddr.js calls some reserved IPv6 blocks
 * unicast, hence the second test against 2000::/3.
 */
export function isAllowedAddress(address: string, policy: AddressPolicy): boolean {
  if (!ipaddr.isValid(address) || address.includes("%")) return false;
  const parsed = ipaddr.process(address);
  if (isListed(parsed, policy)) return true;
  if (parsed instanceof ipaddr.IPv4) return parsed.range() === "unicast";
  const inner = embeddedIpv4(parsed);
  if (inner !== null) return isListed(inner, policy) || inner.range() === "unicast";
  return parsed.range() === "unicast" && parsed.match(GLOBAL_IPV6);
}

/** Whether an operator has listed the address by name. */
export function isListedAddress(address: string, policy: AddressPolicy): boolean {
  return ipaddr.isValid(address) && isListed(ipaddr.process(address), policy);
}

/** The block that an admin would have to list to allow this one address, e.g. "10.0.0.7/32". */
export function cidrOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return `${parsed.toString()}/${parsed instanceof ipaddr.IPv4 ? 32 : 128}`;
}

/** Throws {@link BlockedAddressError} unless a connection to this address and port is allowed. */
export function checkAddress(address: string, port: number, policy: AddressPolicy): void {
  if (!isAllowedAddress(address, policy)) {
    throw new BlockedAddressError(address, `${address} is a private or local address`, "address");
  }
  if (DENIED_PORTS.has(port) && !isListedAddress(address, policy)) {
    throw new BlockedAddressError(address, `port ${port} belongs to an internal service`, "port");
  }
}

/**
 * A `lookup` for `net.connect` that refuses when any address of the name is refused. The check sits in the dialler, so
 * what is checked is what is connected to: a second, different answer of the name server has no use.
 */
export function guardedLookup(
  port: number,
  policy: AddressPolicy,
  resolve: Resolve = resolveAll,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        try {
          for (const address of addresses) checkAddress(address, port, policy);
        } catch (error) {
          callback(error as Error, []);
          return;
        }
        const family = typeof options.family === "number" ? options.family : 0;
        const usable = addresses
          .map((address) => ({ address, family: isIP(address) }))
          .filter((entry) => family === 0 || entry.family === family);
        const first = usable[0];
        if (first === undefined) {
          callback(Object.assign(new Error(`${hostname} has no address`), { code: "ENOTFOUND" }), []);
        } else if (options.all === true) callback(null, usable);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as Error, []),
    );
  };
}

function resolveAll(hostname: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    dnsLookup(hostname, { all: true }, (error, addresses) => {
      if (error !== null) reject(error);
      else resolve(addresses.map((entry) => entry.address));
    });
  });
}

function isListed(address: ipaddr.IPv4 | ipaddr.IPv6, policy: AddressPolicy): boolean {
  return policy.allowedPrivateCidrs.some((cidr) => {
    const [network, bits] = ipaddr.parseCIDR(cidr);
    if (network instanceof ipaddr.IPv4)
      return address instanceof ipaddr.IPv4 && address.match([network, bits]);
    return address instanceof ipaddr.IPv6 && address.match([network, bits]);
  });
}

/** The IPv4 address that a NAT64 gateway would connect to for 64:ff9b::/96 (RFC 6052), else null. */
function embeddedIpv4(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  if (address.range() !== "rfc6052") return null;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}
