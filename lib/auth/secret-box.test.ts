import { afterEach, beforeEach, expect, test } from "vitest";

import { decryptSecret, encryptSecret, secretPlace } from "#lib/auth/secret-box.ts";
import { resetEnv } from "#lib/env.ts";

const PLACE = secretPlace("AccessKey", "row", "secretEncrypted");

beforeEach(() => {
  process.env["DATABASE_URL"] = "postgresql://u:p@127.0.0.1:5432/none";
  useKey("k".repeat(40));
});
afterEach(() => {
  useKey("k".repeat(40));
});

function useKey(key: string): void {
  process.env["SECRET_KEY"] = key;
  resetEnv();
}

test("a secret comes back, and is another text every time", () => {
  const sealed = encryptSecret("pässword 🔑", PLACE);
  expect(decryptSecret(sealed, PLACE)).toBe("pässword 🔑");
  expect(sealed).not.toContain("ssword");
  expect(encryptSecret("pässword 🔑", PLACE)).not.toBe(sealed);
  expect(decryptSecret(encryptSecret("", PLACE), PLACE)).toBe("");
});

test("it opens in its own row and column only", () => {
  const sealed = encryptSecret("secret", PLACE);
  expect(() => decryptSecret(sealed, secretPlace("AccessKey", "other", "secretEncrypted"))).toThrow(
    "does not belong there",
  );
});

test("one changed character anywhere is noticed", () => {
  const sealed = encryptSecret("secret", PLACE);
  for (let i = 0; i < sealed.length; i++) {
    const other = sealed[i] === "A" ? "B" : "A";
    const changed = sealed.slice(0, i) + other + sealed.slice(i + 1);
    // The last character of base64url may carry bits that mean nothing.
    const isSame = Buffer.from(changed.split(".")[2] ?? "", "base64url").equals(
      Buffer.from(sealed.split(".")[2] ?? "", "base64url"),
    );
    if (isSame && changed.split(".").slice(0, 2).join() === sealed.split(".").slice(0, 2).join()) continue;
    expect(() => decryptSecret(changed, PLACE)).toThrow();
  }
  expect(() => decryptSecret("", PLACE)).toThrow("unknown form");
  expect(() => decryptSecret(`${sealed.split(".").slice(0, 2).join(".")}.AAAA`, PLACE)).toThrow("cut short");
});

test("another SECRET_KEY is named as the reason", () => {
  const sealed = encryptSecret("secret", PLACE);
  useKey("another".repeat(8));
  expect(() => decryptSecret(sealed, PLACE)).toThrow("was encrypted with another SECRET_KEY");
});
