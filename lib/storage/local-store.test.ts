import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { LocalStore } from "#lib/storage/local-store.ts";
import { openStore } from "#lib/storage/open-store.ts";
import type { Store } from "#lib/storage/store.ts";
import { testStore } from "#lib/storage/store-contract.ts";

let base: string;
let count = 0;
beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), "vod-local-store-"));
});
afterAll(() => rm(base, { recursive: true }));
const fresh = () => path.join(base, `store-${++count}`);

testStore("LocalStore", async () => new LocalStore(fresh(), "media"));

describe("a symbolic link inside the Output", () => {
  async function withLink() {
    const root = fresh();
    const outside = fresh();
    await mkdir(root);
    await mkdir(outside);
    await writeFile(path.join(outside, "secret"), "secret");
    await symlink(outside, path.join(root, "out"));
    await symlink(path.join(outside, "secret"), path.join(root, "link.mp4"));
    const store: Store = new LocalStore(root, "media");
    return { store, root, outside };
  }

  test("does not lead out", async () => {
    const { store, outside } = await withLink();
    const denied = { failure: { code: "OUTPUT_DENIED" } };
    await expect(store.putBytes("out/x.mp4", Buffer.from("x"), "video/mp4")).rejects.toMatchObject(denied);
    await expect(store.putBytes("out/deep/x.mp4", Buffer.from("x"), "video/mp4")).rejects.toMatchObject(
      denied,
    );
    await expect(store.read("out/secret")).rejects.toMatchObject(denied);
    await expect(store.head("out/secret")).rejects.toMatchObject(denied);
    await expect(store.delete("out/secret")).rejects.toMatchObject(denied);
    await expect(store.deleteFolder("out/secret")).rejects.toMatchObject(denied);
    expect(await readdir(outside)).toEqual(["secret"]);
  });

  test("is not read, and is replaced itself instead of what it points at", async () => {
    const { store, root, outside } = await withLink();
    await expect(store.read("link.mp4")).rejects.toThrow("no file link.mp4");
    expect(await store.head("link.mp4")).toBeNull();
    await store.putBytes("link.mp4", Buffer.from("mine"), "video/mp4");
    expect((await lstat(path.join(root, "link.mp4"))).isFile()).toBe(true);
    expect(await readFile(path.join(outside, "secret"), "utf8")).toBe("secret");
  });
});

test("a folder under the primary's name is a denied Output, not a replaced folder", async () => {
  const root = fresh();
  const store: Store = new LocalStore(root, "media");
  await store.putBytes("a.mp4/file", Buffer.from("x"), "video/mp4");
  const file = path.join(base, "local");
  await writeFile(file, "x");
  const staged = await store.stagePrimary("a.mp4", file, { attemptFolder: "a.1-1", type: "video/mp4" });
  await expect(staged.replace(() => true)).rejects.toMatchObject({
    failure: { code: "OUTPUT_DENIED", params: { output: "media" } },
  });
});

test("failures do not tell where on the machine the Output lies", async () => {
  const root = fresh();
  const store: Store = new LocalStore(root, "media");
  await store.putBytes("file", Buffer.from("x"), "x/x");
  const error: unknown = await store
    .putBytes("file/below", Buffer.from("x"), "x/x")
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ failure: { code: "OUTPUT_DENIED" } });
  expect(JSON.stringify((error as { failure: unknown }).failure)).not.toContain(base);
});

test("leaves no temporary file behind when a write fails", async () => {
  const root = fresh();
  const store: Store = new LocalStore(root, "media");
  await expect(store.putFile("x.mp4", path.join(base, "no-such-file"), "video/mp4")).rejects.toThrow();
  expect(await readdir(root)).toEqual([]);
});

describe("openStore", () => {
  const output = {
    id: "0198f6c0-0000-7000-8000-000000000001",
    name: "media",
    type: "local" as const,
    prefix: "",
    endpoint: null,
    region: "",
    bucket: "",
    forcePathStyle: true,
    credentialsEncrypted: null,
  };

  test("opens a folder inside one of the roots", () => {
    expect(
      openStore({ ...output, folder: "/srv/vod/a" }, { outputRoots: ["/srv/vod"], allowedPrivateCidrs: [] }),
    ).toBeInstanceOf(LocalStore);
    expect(
      openStore({ ...output, folder: "/srv/vod" }, { outputRoots: ["/srv/vod"], allowedPrivateCidrs: [] }),
    ).toBeInstanceOf(LocalStore);
  });

  test.each(["/srv/vodka", "/srv/vod/../other", "/", "/etc"])("refuses %s, which is in none", (folder) => {
    expect(() =>
      openStore({ ...output, folder }, { outputRoots: ["/srv/vod"], allowedPrivateCidrs: [] }),
    ).toThrow(/OUTPUT_ROOTS/);
  });
});
