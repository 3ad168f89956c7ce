import { expect, test } from "vitest";

import { attemptFolderOf, contentTypeOf, fenceOfFolder } from "#lib/jobs/manifest.ts";

const JOB = "01890a5d-ac96-774b-bcce-b302099a8057";

test("an attempt's folder lies beside the primary and names job and fence", () => {
  expect(attemptFolderOf("show/intro/master.m3u8", JOB, 3)).toBe("show/intro/master.099a8057-3");
  expect(attemptFolderOf("a.b/clip", JOB, 1)).toBe("a.b/clip.099a8057-1");
});

test("an attempt's folder has a name that a URL does not have to escape, and that fits", () => {
  expect(attemptFolderOf("a b/50% off #1 é?.mpd", JOB, 1)).toBe("a b/50-off-1-e-.099a8057-1");
  expect(attemptFolderOf("日本語.m3u8", JOB, 2)).toBe("media.099a8057-2");
  expect(attemptFolderOf(".hidden.mp4", JOB, 2)).toBe("hidden.099a8057-2");
  const long = attemptFolderOf(`${"x".repeat(250)}.mp4`, JOB, 2);
  expect(long).toHaveLength(80 + ".099a8057-2".length);
  expect(fenceOfFolder(long, `${"x".repeat(250)}.mp4`, JOB)).toBe(2);
});

test("the fence is read back from a folder of the same job only", () => {
  expect(fenceOfFolder("master.099a8057-12", "master.m3u8", JOB)).toBe(12);
  for (const other of [
    "master.099a8057-",
    "master.099a8057-1x",
    "master.099a8057-0",
    "master.12345678-1",
    "master",
    "other.099a8057-1",
  ]) {
    expect(fenceOfFolder(other, "master.m3u8", JOB)).toBeNull();
  }
});

test("types come from the extension; what is unknown is never guessed", () => {
  expect(contentTypeOf("a/master.M3U8")).toBe("application/vnd.apple.mpegurl");
  expect(contentTypeOf("x.html")).toBe("application/octet-stream");
  expect(contentTypeOf("noextension")).toBe("application/octet-stream");
});
