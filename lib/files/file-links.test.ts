import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { resetEnv } from "#lib/env.ts";
import { FILE_LINK_SECONDS, fileUrl, verifyFileToken, writeFileToken } from "#lib/files/file-links.ts";

const JOB = "01934f5e-6b7a-7c3d-8e4f-5a6b7c8d9e0f";

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-20T12:34:56Z"), toFake: ["Date"] });
  process.env["DATABASE_URL"] = "postgresql://u:p@127.0.0.1:5432/none";
  process.env["SECRET_KEY"] = "k".repeat(40);
  process.env["PUBLIC_URL"] = "https://vod.example";
  resetEnv();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a link holds the token before the path, so that relative addresses keep it", () => {
  const url = fileUrl({ jobId: JOB, path: "show 1/naïve#1?.m3u8" });
  const [, token, path] = /^https:\/\/vod\.example\/files\/([A-Za-z0-9_-]+)\/(.*)$/.exec(url) ?? [];
  expect(path).toBe("show%201/na%C3%AFve%231%3F.m3u8");
  expect(verifyFileToken(token!)).toMatchObject({ jobId: JOB, isDownload: false });
  expect(new URL("seg_1.m4s", url).pathname).toBe(`/files/${token}/show%201/seg_1.m4s`);
});

test("it lives for 24 to 25 hours, the same for everybody within the hour", () => {
  const url = fileUrl({ jobId: JOB, path: "a.mp4" });
  const token = url.split("/")[4] ?? "";
  const left = verifyFileToken(token)!.expiresAt.getTime() - Date.now();
  expect(left).toBeGreaterThanOrEqual(FILE_LINK_SECONDS * 1000);
  expect(left).toBeLessThanOrEqual((FILE_LINK_SECONDS + 3600) * 1000);
  vi.setSystemTime(new Date("2026-11-20T12:59:00Z"));
  expect(fileUrl({ jobId: JOB, path: "a.mp4" })).toBe(url);
  vi.setSystemTime(new Date(Date.now() + left));
  expect(verifyFileToken(token)).toBeNull();
});

test("a download link says so", () => {
  const token = fileUrl({ jobId: JOB, path: "a.mp4", download: true }).split("/")[4] ?? "";
  expect(verifyFileToken(token)?.isDownload).toBe(true);
});

test("a token with any character changed, cut or added is refused", () => {
  const token = writeFileToken({ jobId: JOB, expiresAt: new Date(Date.now() + 60_000), isDownload: false });
  for (let i = 0; i < token.length; i++) {
    const changed = token.slice(0, i) + (token[i] === "A" ? "B" : "A") + token.slice(i + 1);
    expect(verifyFileToken(changed)).toBeNull();
  }
  for (const other of ["", token.slice(1), `${token}A`, `${token}=`, token.toUpperCase()])
    expect(verifyFileToken(other)).toBeNull();
});

test("a token of another SECRET_KEY is refused", () => {
  const token = writeFileToken({ jobId: JOB, expiresAt: new Date(Date.now() + 60_000), isDownload: false });
  process.env["SECRET_KEY"] = "another".repeat(8);
  resetEnv();
  expect(verifyFileToken(token)).toBeNull();
});
