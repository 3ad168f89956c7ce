import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Upload } from "tus-js-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import { getEnv, uploadsDir } from "#lib/env.ts";
import { makeProject, makeUser, startTestWeb, type TestUser, type TestWeb } from "#lib/http/test-web.ts";
import { rawHttp } from "#lib/http/test-raw-http.ts";
import { readId, showId } from "#lib/ids.ts";
import { createUpload } from "#lib/uploads/create-upload.ts";

const LIMIT = 150_000_000;
const TUS = { "Tus-Resumable": "1.0.0" };

let web: TestWeb;
let projectId: string;
let basic: string;
let ann: TestUser;
let ben: TestUser;
let viewer: TestUser;
let endpoint: string;

beforeAll(async () => {
  web = await startTestWeb({ UPLOAD_MAX_BYTES: String(LIMIT) });
  endpoint = `${web.url}/api/v1/uploads/tus`;
  ({ projectId, basic } = await makeProject("alpha"));
  ann = await makeUser(projectId, "ann@example.com", "operator");
  ben = await makeUser(projectId, "ben@example.com", "operator");
  viewer = await makeUser(projectId, "viewer@example.com", "viewer");
});
afterAll(async () => {
  await web.stop();
});

const fileOf = (uploadId: string) => path.join(uploadsDir(getEnv()), readId("upload", uploadId) ?? "none");
const idOf = (location: string | null) => location?.split("/").pop() ?? "";
const row = (uploadId: string) =>
  db().upload.findUniqueOrThrow({ where: { id: readId("upload", uploadId)! } });
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** One request as a page of this console would send it. */
const ask = (
  method: string,
  url: string,
  user: TestUser,
  headers: Record<string, string> = {},
  body?: Buffer,
) =>
  fetch(url, {
    method,
    headers: { ...TUS, Cookie: user.cookie, Origin: web.url, ...headers },
    body: body as BodyInit | undefined,
  });
const create = (size: number, user = ann, headers: Record<string, string> = {}) =>
  ask("POST", endpoint, user, {
    "Upload-Length": String(size),
    "Upload-Metadata": `filename ${btoa("movie.mp4")}`,
    ...headers,
  });
const patch = (url: string, offset: number, body: Buffer, user = ann) =>
  ask(
    "PATCH",
    url,
    user,
    { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
    body,
  );

test("tus-js-client: an upload that was broken off is resumed and arrives byte for byte", async () => {
  const bytes = randomBytes(3_000_000);
  const options = {
    endpoint,
    chunkSize: 1_000_000,
    headers: { Authorization: basic },
    metadata: { filename: "naïve 🎬.mp4", filetype: "video/mp4" },
    retryDelays: null,
  };
  const url = await new Promise<string>((resolve, reject) => {
    const upload = new Upload(bytes, {
      ...options,
      onError: reject,
      onChunkComplete: (_size, accepted) => {
        if (accepted < 2_000_000) return;
        void upload.abort().then(() => resolve(upload.url ?? ""));
      },
    });
    upload.start();
  });
  expect(url).toMatch(/\/api\/v1\/uploads\/tus\/upl_[0-9a-z]{26}$/);
  expect(await row(idOf(url))).toMatchObject({
    state: "uploading",
    name: "naïve 🎬.mp4",
    mime: "video/mp4",
    sizeBytes: 3_000_000n,
  });
  await new Promise<void>((resolve, reject) => {
    new Upload(bytes, { ...options, uploadUrl: url, onError: reject, onSuccess: () => resolve() }).start();
  });
  expect(sha256(readFileSync(fileOf(idOf(url))))).toBe(sha256(bytes));
  expect(await row(idOf(url))).toMatchObject({ state: "complete", offsetBytes: 3_000_000n });
});

describe("100 MB arrive whole", () => {
  const bytes = Buffer.alloc(100_000_000);
  for (let i = 0; i < bytes.length; i += 8) bytes.writeUInt32LE((i * 2_654_435_761) >>> 0, i);
  const hash = sha256(bytes);

  test("in one PATCH, with a session", async () => {
    const location = (await create(bytes.length)).headers.get("location");
    const response = await patch(new URL(location!, web.url).href, 0, bytes);
    expect(response.status).toBe(204);
    expect(response.headers.get("upload-offset")).toBe(String(bytes.length));
    expect(sha256(readFileSync(fileOf(idOf(location))))).toBe(hash);
    expect((await row(idOf(location))).state).toBe("complete");
  });

  test("with the creation itself", async () => {
    const response = await ask(
      "POST",
      endpoint,
      ann,
      { "Upload-Length": String(bytes.length), "Content-Type": "application/offset+octet-stream" },
      bytes,
    );
    expect(response.status).toBe(201);
    const id = idOf(response.headers.get("location"));
    expect(sha256(readFileSync(fileOf(id)))).toBe(hash);
    expect((await row(id)).state).toBe("complete");
  });

  test("through tus-js-client, with an access key", async () => {
    const upload = await new Promise<Upload>((resolve, reject) => {
      const one = new Upload(bytes, {
        endpoint,
        headers: { Authorization: basic },
        onError: reject,
        onSuccess: () => resolve(one),
      });
      one.start();
    });
    expect(sha256(readFileSync(fileOf(idOf(upload.url))))).toBe(hash);
  });
});

describe("an upload is its beginner's alone", () => {
  test("for somebody else, a key, or nobody it is not there", async () => {
    const url = new URL((await create(4)).headers.get("location")!, web.url).href;
    for (const method of ["HEAD", "DELETE"]) expect((await ask(method, url, ben)).status).toBe(404);
    expect((await patch(url, 0, Buffer.from("evil"), ben)).status).toBe(404);
    expect((await fetch(url, { method: "HEAD", headers: { ...TUS, Authorization: basic } })).status).toBe(
      404,
    );
    expect((await fetch(url, { method: "HEAD", headers: TUS })).status).toBe(401);
    expect(statSync(fileOf(idOf(url))).size).toBe(0);
    expect((await ask("HEAD", url, ann)).headers.get("upload-offset")).toBe("0");
  });

  test("a viewer cannot begin one, another site cannot either", async () => {
    expect((await create(4, viewer)).status).toBe(403);
    expect((await create(4, ann, { Origin: "https://evil.example" })).status).toBe(403);
    const preflight = await fetch(endpoint, {
      method: "OPTIONS",
      headers: { Origin: "https://evil.example" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBeNull();
  });

  test("its beginner may remove it, file and note", async () => {
    const url = new URL((await create(4)).headers.get("location")!, web.url).href;
    const file = fileOf(idOf(url));
    expect([existsSync(file), existsSync(`${file}.json`)]).toEqual([true, true]);
    expect((await ask("DELETE", url, ann)).status).toBe(204);
    expect([existsSync(file), existsSync(`${file}.json`)]).toEqual([false, false]);
    expect((await row(idOf(url))).state).toBe("removed");
    expect((await ask("HEAD", url, ann)).status).toBe(404);
  });
});

describe("refused", () => {
  const openUploads = () => db().upload.count({ where: { projectId } });

  test.each([
    ["more than UPLOAD_MAX_BYTES", { "Upload-Length": String(LIMIT + 1) }, 413],
    ["10^15 bytes", { "Upload-Length": "1000000000000000" }, 413],
    ["a negative size", { "Upload-Length": "-1" }, 400],
    ["no size", { "Upload-Length": "" }, 400],
    ["a size that is told later", { "Upload-Defer-Length": "1" }, 400],
    ["metadata of 5 KB", { "Upload-Metadata": `filename ${Buffer.alloc(3840).toString("base64")}` }, 413],
    ["metadata that is no base64", { "Upload-Metadata": "filename !" }, 400],
    ["another version of tus", { "Tus-Resumable": "0.2.0" }, 400],
  ])("%s", async (_name, headers, status) => {
    const before = await openUploads();
    expect((await create(4, ann, headers)).status).toBe(status);
    expect(await openUploads()).toBe(before);
  });

  test("10 KB of metadata more than Node takes at all", async () => {
    const metadata = `Upload-Metadata: filename ${"A".repeat(40_000)}`;
    const answer = await rawHttp(web.port, [
      "POST /api/v1/uploads/tus HTTP/1.1",
      "Host: a",
      "Connection: close",
      metadata,
    ]);
    expect(answer.status).toBe(431);
  });

  test("a wrong offset, and more bytes than announced", async () => {
    const url = new URL((await create(4)).headers.get("location")!, web.url).href;
    expect((await patch(url, 2, Buffer.from("ab"))).status).toBe(409);
    expect((await patch(url, 0, Buffer.from("abcdef"))).status).toBe(413);
    expect((await patch(url, 0, Buffer.from("abcd"))).status).toBe(204);
  });

  test("ids that are none", async () => {
    for (const id of [
      "nonsense",
      "upl_zzz",
      "..%2f..%2fetc%2fpasswd",
      showId("upload", "00000000-0000-7000-8000-000000000000"),
    ])
      expect((await ask("HEAD", `${endpoint}/${id}`, ann)).status).toBe(404);
  });
});

test("an empty file is complete at once", async () => {
  const response = await create(0);
  expect(response.status).toBe(201);
  expect((await row(idOf(response.headers.get("location")))).state).toBe("complete");
});

test("a file that is whole while its row does not know is completed when its client asks", async () => {
  const url = new URL((await create(4)).headers.get("location")!, web.url).href;
  expect((await patch(url, 0, Buffer.from("abcd"))).status).toBe(204);
  // As after a crash between the last byte and the row.
  await db().upload.update({
    where: { id: readId("upload", idOf(url))! },
    data: { state: "uploading", offsetBytes: 0 },
  });
  expect((await ask("HEAD", url, ann)).headers.get("upload-offset")).toBe("4");
  expect((await row(idOf(url))).state).toBe("complete");
});

test("a file name is kept without folders; a path is never made of it", async () => {
  const response = await create(4, ann, { "Upload-Metadata": `filename ${btoa("../../etc/passwd")}` });
  expect((await row(idOf(response.headers.get("location")))).name).toBe("passwd");
  const ctx = {
    projectId,
    actor: { kind: "user", id: ann.id, name: "ann" },
    role: "operator",
    trigger: "console",
  } as const;
  expect((await createUpload(ctx, { name: "", mime: "", sizeBytes: 1 })).view.name).toBe("video");
});
