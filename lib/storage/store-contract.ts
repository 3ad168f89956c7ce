import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { PREVIOUS_NAME, STAGED_NAME, type Store, StoreMissingError } from "#lib/storage/store.ts";

/** What every store promises. `makeStore` gives an empty one each time. */
export function testStore(name: string, makeStore: () => Promise<Store>): void {
  describe(`the store contract, kept by ${name}`, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), "vod-store-"));
    });
    afterAll(() => rm(folder, { recursive: true }));

    const local = async (content: string) => {
      const file = path.join(folder, `${Math.abs(hash(content))}`);
      await writeFile(file, content);
      return file;
    };
    const names = async (store: Store, from = "") => {
      const found: string[] = [];
      for await (const file of store.list(from)) found.push(file.path);
      return found.sort();
    };
    const content = async (store: Store, file: string) => text(await store.read(file));

    test("a file that was put can be looked at, read and read in part", async () => {
      const store = await makeStore();
      await store.putFile("a/b/clip.mp4", await local("0123456789"), "video/mp4");
      expect(await store.head("a/b/clip.mp4")).toMatchObject({ path: "a/b/clip.mp4", sizeBytes: 10 });
      expect(await content(store, "a/b/clip.mp4")).toBe("0123456789");
      expect(await text(await store.read("a/b/clip.mp4", { start: 2, end: 4 }))).toBe("234");
      expect(await text(await store.read("a/b/clip.mp4", { start: 8 }))).toBe("89");
    });

    test("nothing is behind the end of a file, and an empty file is one", async () => {
      const store = await makeStore();
      await store.putBytes("x.txt", Buffer.from("0123"), "text/plain");
      expect(await text(await store.read("x.txt", { start: 4 }))).toBe("");
      expect(await text(await store.read("x.txt", { start: 2, end: 900 }))).toBe("23");
      await store.putFile("empty.txt", await local(""), "text/plain");
      expect(await store.head("empty.txt")).toMatchObject({ sizeBytes: 0 });
      expect(await content(store, "empty.txt")).toBe("");
    });

    test("other bytes of the same length are another version", async () => {
      const store = await makeStore();
      await store.putBytes("x.txt", Buffer.from("one"), "text/plain");
      const first = await store.head("x.txt");
      expect(await store.head("x.txt")).toEqual(first);
      await store.putBytes("x.txt", Buffer.from("two"), "text/plain");
      expect((await store.head("x.txt"))?.version).not.toBe(first?.version);
    });

    test("putting again replaces, and leaves the local file alone", async () => {
      const store = await makeStore();
      const file = await local("first");
      await store.putFile("x.txt", file, "text/plain");
      await store.putBytes("x.txt", Buffer.from("second"), "text/plain");
      expect(await content(store, "x.txt")).toBe("second");
      await writeFile(file, "changed");
      expect(await content(store, "x.txt")).toBe("second");
      expect(await names(store)).toEqual(["x.txt"]);
    });

    test("what is missing is null to look at, an error to read, nothing to list and harmless to delete", async () => {
      const store = await makeStore();
      expect(await store.head("no/such.mp4")).toBeNull();
      await expect(store.read("no/such.mp4")).rejects.toBeInstanceOf(StoreMissingError);
      expect(await names(store, "no")).toEqual([]);
      expect(await store.listFolders("no")).toEqual([]);
      await store.delete("no/such.mp4");
      await store.deleteFolder("no");
    });

    test("lists below a folder, names folders, and deletes one without its neighbours", async () => {
      const store = await makeStore();
      for (const name of ["a/1.m4s", "a/deep/2.m4s", "ab/3.m4s", "root.mpd"]) {
        await store.putBytes(name, Buffer.from("x"), "video/iso.segment");
      }
      expect(await names(store)).toEqual(["a/1.m4s", "a/deep/2.m4s", "ab/3.m4s", "root.mpd"]);
      expect(await names(store, "a")).toEqual(["a/1.m4s", "a/deep/2.m4s"]);
      expect((await store.listFolders("")).sort()).toEqual(["a", "ab"]);
      await store.deleteFolder("a");
      expect(await names(store)).toEqual(["ab/3.m4s", "root.mpd"]);
      await store.delete("ab/3.m4s");
      expect(await store.listFolders("")).toEqual([]);
    });

    test("staging a primary changes nothing under its name; replacing does, in one step", async () => {
      const store = await makeStore();
      await store.putBytes("show/master.m3u8", Buffer.from("old"), "application/vnd.apple.mpegurl");
      const staged = await store.stagePrimary("show/master.m3u8", await local("new"), {
        attemptFolder: "show/master.1-1",
        type: "application/vnd.apple.mpegurl",
      });
      expect(await content(store, "show/master.m3u8")).toBe("old");
      await staged.replace(() => true);
      expect(await content(store, "show/master.m3u8")).toBe("new");
      expect(await store.head(`show/master.1-1/${STAGED_NAME}`)).toBeNull();
    });

    test("a replacement that is no longer wanted changes nothing", async () => {
      const store = await makeStore();
      await store.putBytes("a.mp4", Buffer.from("old"), "video/mp4");
      const staged = await store.stagePrimary("a.mp4", await local("zombie"), {
        attemptFolder: "a.1-1",
        type: "video/mp4",
      });
      await expect(staged.replace(() => false)).rejects.toThrow();
      expect(await content(store, "a.mp4")).toBe("old");
    });

    test("what was staged can be forgotten, before and after the replacement", async () => {
      const store = await makeStore();
      const options = { attemptFolder: "a.1-1", type: "video/mp4" };
      const unused = await store.stagePrimary("a.mp4", await local("unused"), options);
      await unused.discard();
      expect(await names(store)).toEqual([]);
      const used = await store.stagePrimary("a.mp4", await local("used"), options);
      await used.replace(() => true);
      await used.discard();
      expect(await names(store)).toEqual(["a.mp4"]);
    });

    test("what is replaced is what is there at that moment, not when it was staged", async () => {
      const store = await makeStore();
      const staged = await store.stagePrimary("a.mp4", await local("mine"), {
        attemptFolder: "a.1-1",
        type: "video/mp4",
      });
      await store.putBytes("a.mp4", Buffer.from("another's, since"), "video/mp4");
      await staged.replace(() => true);
      expect(await store.restorePrimary("a.mp4", "a.1-1")).toBe(true);
      expect(await content(store, "a.mp4")).toBe("another's, since");
    });

    test("what a replacement replaced can be taken back, once", async () => {
      const store = await makeStore();
      await store.putBytes("a.mp4", Buffer.from("old"), "video/mp4");
      const staged = await store.stagePrimary("a.mp4", await local("torn"), {
        attemptFolder: "a.1-1",
        type: "video/mp4",
      });
      await staged.replace(() => true);
      expect(await store.restorePrimary("a.mp4", "a.1-1")).toBe(true);
      expect(await content(store, "a.mp4")).toBe("old");
      expect(await store.head(`a.1-1/${PREVIOUS_NAME}`)).toBeNull();
      expect(await store.restorePrimary("a.mp4", "a.1-1")).toBe(false);
    });

    test("a first publication has nothing to take back", async () => {
      const store = await makeStore();
      const staged = await store.stagePrimary("a.mp4", await local("one"), {
        attemptFolder: "a.1-1",
        type: "video/mp4",
      });
      await staged.replace(() => true);
      expect(await store.restorePrimary("a.mp4", "a.1-1")).toBe(false);
      expect(await content(store, "a.mp4")).toBe("one");
    });

    test.each([
      "../x",
      "a/../../x",
      "/etc/passwd",
      "a//b",
      "a/./b",
      "",
      "a\\b",
      "a\0b",
      "a/",
      "n".repeat(256),
    ])("refuses the path %j for everything", async (bad) => {
      const store = await makeStore();
      const file = await local("x");
      await expect(store.putFile(bad, file, "x/x")).rejects.toThrow();
      await expect(store.putBytes(bad, Buffer.from("x"), "x/x")).rejects.toThrow();
      await expect(store.read(bad)).rejects.toThrow();
      await expect(store.head(bad)).rejects.toThrow();
      await expect(store.delete(bad)).rejects.toThrow();
      await expect(store.deleteFolder(bad)).rejects.toThrow();
      await expect(store.stagePrimary(bad, file, { attemptFolder: "ok", type: "x/x" })).rejects.toThrow();
      await expect(store.stagePrimary("ok", file, { attemptFolder: bad, type: "x/x" })).rejects.toThrow();
    });

    test.each(["-x.mp4", "shot%d.png", "日本語.mp4", "a b.mp4", "x'y\".mp4", "…/é.mp4", "a+b=c&d#e?.mp4"])(
      "keeps the name %j as it is",
      async (name) => {
        const store = await makeStore();
        await store.putBytes(name, Buffer.from("x"), "video/mp4");
        expect(await names(store)).toEqual([name]);
        expect(await content(store, name)).toBe("x");
      },
    );
  });
}

function hash(value: string): number {
  let sum = 7;
  for (const char of value) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) | 0;
  return sum;
}
