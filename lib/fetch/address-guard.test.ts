import { describe, expect, test } from "vitest";

import { checkAddress, cidrOf, isAllowedAddress } from "#lib/fetch/address-guard.ts";

const NONE = { allowedPrivateCidrs: [] };

describe("an address that nobody listed", () => {
  test.each(["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"])(
    "%s is public and allowed",
    (address) => expect(isAllowedAddress(address, NONE)).toBe(true),
  );

  test.each([
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "100::1",
    "not an address",
  ])("%s is refused", (address) => expect(isAllowedAddress(address, NONE)).toBe(false));
});

test("a listed block allows its addresses, mapped ones too, and nothing beside it", () => {
  const policy = { allowedPrivateCidrs: ["127.0.0.0/8", "fd00::/8"] };
  expect(isAllowedAddress("127.0.0.1", policy)).toBe(true);
  expect(isAllowedAddress("::ffff:127.0.0.1", policy)).toBe(true);
  expect(isAllowedAddress("fd00::1", policy)).toBe(true);
  expect(isAllowedAddress("10.0.0.1", policy)).toBe(false);
  expect(isAllowedAddress("fc00::1", policy)).toBe(false);
});

test("ports of internal services are refused on public addresses, allowed on listed ones", () => {
  expect(() => checkAddress("93.184.216.34", 5432, NONE)).toThrow(/port 5432/);
  expect(() => checkAddress("93.184.216.34", 8443, NONE)).not.toThrow();
  expect(() => checkAddress("10.0.0.1", 5432, { allowedPrivateCidrs: ["10.0.0.1/32"] })).not.toThrow();
});

test("the block to list is the one address", () => {
  expect(cidrOf("10.0.0.7")).toBe("10.0.0.7/32");
  expect(cidrOf("::ffff:10.0.0.7")).toBe("10.0.0.7/32");
  expect(cidrOf("fd00::1")).toBe("fd00::1/128");
});
