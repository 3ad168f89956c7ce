import ipaddr from "ipaddr.js";
import * as z from "zod";

/** Kinds of value that lib/env.ts reads from variables. Each is told what to say of a value that is something else. */

export const text = () => z.string().trim();
/** Digits only: no sign, no fraction, no unit. */
export const wholeNumber = (min: number, max: number, expected: string) =>
  text().regex(/^\d+$/, expected).transform(Number).pipe(z.number().min(min, expected).max(max, expected));
/** Items between commas; blanks around them and empty ones do not count. */
export const list = (isItem: (item: string) => boolean, expected: string) =>
  text()
    .transform((value) =>
      value
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    )
    .refine((items) => items.every(isItem), expected);

/** An address without path, query, fragment or user name. */
export function isOrigin(value: string): boolean {
  // Refinements run even on what is no address at all.
  if (!URL.canParse(value)) return true;
  const url = new URL(value);
  return (
    url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "" && url.password === ""
  );
}

export function isPostgresUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== "" && url.pathname.length > 1;
}

export function isCidr(value: string): boolean {
  return ipaddr.isValidCIDR(value);
}

export function isAddressOrCidr(value: string): boolean {
  return ipaddr.isValid(value) || ipaddr.isValidCIDR(value);
}
