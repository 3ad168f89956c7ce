import { isIP } from "node:net";

import { getEnv } from "#lib/env.ts";
import { isAllowedAddress } from "#lib/fetch/address-guard.ts";
import { invalidField } from "#lib/parse-input.ts";

/**
 * Names are judged when they are called, literal addresses now already: it saves a day of failures. `path`: the field.
 * @throws {AppError} `invalid_input`
 */
export function refusePrivateAddress(path: string, url: string): void {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  const { allowedPrivateCidrs } = getEnv();
  if (isIP(host) === 0 || isAllowedAddress(host, { allowedPrivateCidrs })) return;
  throw invalidField(
    path,
    `${host} is a private or local address. The administrator can allow it in ALLOWED_PRIVATE_CIDRS.`,
  );
}
