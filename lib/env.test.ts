import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

import { EnvError, parseEnv, parseSettings, uploadsDir, workDir } from "#lib/env.ts";
import { SETTING_DOCS } from "#lib/settings.ts";
import { withSettingsTable } from "#lib/launcher/settings-table.ts";

const NEEDED = { DATABASE_URL: "postgresql://vod@127.0.0.1/vod", SECRET_KEY: "x".repeat(32) };

function sentences(source: Record<string, string>): string[] {
  try {
    parseSettings(source);
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.message.split("\n");
    throw error;
  }
}

test("without any variable everything has its default, and the database is embedded", () => {
  expect(parseSettings({})).toMatchObject({
    host: "127.0.0.1",
    port: 3000,
    publicUrl: "http://127.0.0.1:3000",
    dataDir: path.resolve("data"),
    outputRoots: [path.resolve("data/outputs")],
    databaseUrl: undefined,
    secretKey: undefined,
    sandbox: "auto",
    allowedPrivateCidrs: [],
    trustedProxies: [],
    retentionDays: 400,
    logLevel: "info",
  });
});

test("an empty variable is an unset one", () => {
  expect(parseSettings({ PORT: "", PUBLIC_URL: " " })).toEqual(parseSettings({}));
});

test("paths become absolute, lists lose their blanks, the public address its slash", () => {
  const settings = parseSettings({
    DATA_DIR: "var",
    OUTPUT_ROOTS: "/srv/a, b ,",
    ALLOWED_PRIVATE_CIDRS: " 10.0.0.0/8, fd00::/8 ",
    TRUSTED_PROXIES: "127.0.0.1,10.0.0.0/8",
    PUBLIC_URL: "https://VOD.example.com/",
  });
  expect(settings).toMatchObject({
    dataDir: path.resolve("var"),
    outputRoots: ["/srv/a", path.resolve("b")],
    allowedPrivateCidrs: ["10.0.0.0/8", "fd00::/8"],
    trustedProxies: ["127.0.0.1", "10.0.0.0/8"],
    publicUrl: "https://vod.example.com",
  });
  expect(uploadsDir(settings)).toBe(path.resolve("var/uploads"));
  expect(workDir(settings)).toBe(path.resolve("var/work"));
});

test.each([
  ["0.0.0.0", "http://localhost:8080"],
  ["::", "http://localhost:8080"],
  ["::1", "http://[::1]:8080"],
  ["vod.lan", "http://vod.lan:8080"],
])("listening on %s, the public address defaults to %s", (HOST, publicUrl) => {
  expect(parseSettings({ HOST, PORT: "8080" }).publicUrl).toBe(publicUrl);
});

describe("a bad value is answered with a sentence that names the variable and shows a good one", () => {
  test.each([
    ["HOST", "a b"],
    ["PORT", "abc"],
    ["PORT", "0"],
    ["PORT", "65536"],
    ["PORT", "30.5"],
    ["PUBLIC_URL", "vod.example.com"],
    ["PUBLIC_URL", "ftp://vod.example.com"],
    ["PUBLIC_URL", "https://vod.example.com/console"],
    ["PUBLIC_URL", "https://me@vod.example.com"],
    ["DATABASE_URL", "mysql://127.0.0.1/vod"],
    ["DATABASE_URL", "postgresql://127.0.0.1"],
    ["SECRET_KEY", "short"],
    ["ADMIN_EMAIL", "admin"],
    ["ADMIN_PASSWORD", "1234"],
    ["ACCESS_KEY_ID", "a key"],
    ["ACCESS_KEY_SECRET", "short"],
    ["ALLOWED_PRIVATE_CIDRS", "10.0.0.0"],
    ["ALLOWED_PRIVATE_CIDRS", "10.0.0.0/33"],
    ["WORKER_SLOTS", "0"],
    ["WORKER_SLOTS", "-1"],
    ["SANDBOX", "on"],
    ["MEMORY_LIMIT_BYTES", "1G"],
    ["UPLOAD_MAX_BYTES", "1e9"],
    ["UPLOAD_QUOTA_BYTES", "0"],
    ["TRUSTED_PROXIES", "proxy.lan"],
    ["DRAIN_SECONDS", "1m"],
    ["RETENTION_DAYS", "0"],
    ["SOURCE_RETENTION_DAYS", "x"],
    ["LOG_LEVEL", "verbose"],
  ])("%s=%s", (name, value) => {
    expect(sentences({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must .+, for example .+\\.$`)),
    ]);
  });

  test("and all of them at once", () => {
    expect(sentences({ PORT: "abc", SANDBOX: "on", LOG_LEVEL: "loud" })).toHaveLength(3);
  });

  test("without repeating a secret", () => {
    expect(sentences({ SECRET_KEY: "hunter2", ADMIN_PASSWORD: "hunter3" }).join()).not.toContain("hunter");
  });
});

test("an access key's two halves belong together", () => {
  expect(sentences({ ACCESS_KEY_ID: "program" })).toEqual([expect.stringContaining("ACCESS_KEY_SECRET")]);
});

test("a database of one's own needs a key of one's own", () => {
  expect(sentences({ DATABASE_URL: NEEDED.DATABASE_URL })).toEqual([
    expect.stringMatching(/^SECRET_KEY must be set/),
  ]);
});

test("a process of its own needs a database and a key, and says so", () => {
  expect(() => parseEnv({})).toThrow(/DATABASE_URL must be set.*\nSECRET_KEY must be set/);
  expect(parseEnv(NEEDED)).toMatchObject({ databaseUrl: NEEDED.DATABASE_URL, secretKey: NEEDED.SECRET_KEY });
});

test("every setting is documented, and the README's table is the one that the schema makes", () => {
  expect(SETTING_DOCS).toHaveLength(23);
  const readme = readFileSync("README.md", "utf8");
  expect(withSettingsTable(readme), "run: node lib/launcher/settings-table.ts").toBe(readme);
});
