import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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

  test("its beginner may remove it, and its file goes", async () => {
    const url = new URL((await create(4)).headers.get("location")!, web.url).href;
    const file = fileOf(idOf(url));
    expect(existsSync(file)).toBe(true);
    expect((await ask("DELETE", url, ann)).status).toBe(204);
    expect(existsSync(file)).toBe(false);
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

  test("more than the disk has room for, with 507 and what it would need", async () => {
    const answer = await create(LIMIT);
    expect(answer.status).toBe(201);
    const id = readId("upload", idOf(answer.headers.get("location")));
    // Unfinished uploads have the whole disk promised.
    await db().upload.update({ where: { id: id ?? "" }, data: { sizeBytes: 10n ** 15n } });
    const refused = await create(1_000_000);
    expect(refused.status).toBe(507);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toEqual({
      error: {
        code: "unavailable",
        message: expect.stringMatching(/it needs 1 MB, and 0 B can be taken/) as string,
        issues: [],
      },
    });
    await db().upload.update({ where: { id: id ?? "" }, data: { state: "removed" } });
    expect((await create(1_000_000)).status).toBe(201);
  });

  test("in the shape of our errors, under tus's statuses; as a sentence for clients that read text only", async () => {
    const url = new URL((await create(4)).headers.get("location")!, web.url).href;
    const patchHeaders = { "Upload-Offset": "2", "Content-Type": "application/offset+octet-stream" };
    const wrong = await ask("PATCH", url, ann, patchHeaders, Buffer.from("ab"));
    expect([wrong.status, wrong.headers.get("content-type"), wrong.headers.get("tus-resumable")]).toEqual([
      409,
      "application/json",
      "1.0.0",
    ]);
    expect(await wrong.json()).toMatchObject({ error: { code: "conflict", issues: [] } });
    const text = await ask("PATCH", url, ann, { ...patchHeaders, Accept: "text/plain" }, Buffer.from("ab"));
    expect(text.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await text.text()).toMatch(/^Upload-Offset is not where/);
    const answers: [Response, number, string][] = [
      [
        await ask("PATCH", url, ann, { "Content-Type": "application/offset+octet-stream" }, Buffer.from("a")),
        403,
        "invalid_input",
      ],
      [
        await ask("PATCH", url, ann, { ...patchHeaders, "Content-Type": "text/plain" }, Buffer.from("a")),
        400,
        "invalid_input",
      ],
      [await patch(url, 0, Buffer.from("abcdef")), 413, "too_large"],
      [await create(4, ann, { "Upload-Metadata": "filename !" }), 400, "invalid_input"],
      [await create(4, ann, { "Tus-Resumable": "0.2.0" }), 400, "invalid_input"],
      [
        await fetch(endpoint, { method: "POST", headers: { Authorization: basic, "Upload-Length": "4" } }),
        412,
        "invalid_input",
      ],
    ];
    for (const [answer, status, code] of answers) {
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect([answer.status, error.code, error.message]).toEqual([
        status,
        code,
        expect.stringMatching(/^[A-Z].*\.$/s),
      ]);
    }
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

test("of two bodies for one upload at once, the second waits for the first to stop, and neither harms it", async () => {
  const bytes = randomBytes(400_000);
  const url = new URL((await create(bytes.length)).headers.get("location")!, web.url).href;
  // The dead end of a cut connection: it has sent a part, and says nothing more.
  const first = request(url, {
    method: "PATCH",
    headers: {
      ...TUS,
      Cookie: ann.cookie,
      Origin: web.url,
      "Upload-Offset": "0",
      "Content-Type": "application/offset+octet-stream",
      "Content-Length": String(bytes.length),
    },
  });
  const cut = new Promise<void>((resolve) => {
    first.on("error", () => resolve());
    first.on("response", (response) => response.resume().on("end", () => resolve()));
  });
  first.write(bytes.subarray(0, 100_000));
  await expect.poll(() => statSync(fileOf(idOf(url))).size).toBe(100_000);
  expect((await patch(url, 0, bytes)).status).toBe(409);
  await cut;
  first.destroy();
  const offset = Number((await ask("HEAD", url, ann)).headers.get("upload-offset"));
  expect(offset).toBe(100_000);
  expect((await patch(url, offset, bytes.subarray(offset))).status).toBe(204);
  expect(sha256(readFileSync(fileOf(idOf(url))))).toBe(sha256(bytes));
});

test("a body that breaks off leaves its row at what is stored", async () => {
  const url = new URL((await create(400_000)).headers.get("location")!, web.url).href;
  const sending = request(url, {
    method: "PATCH",
    headers: {
      ...TUS,
      Authorization: basic,
      "Upload-Offset": "0",
      "Content-Type": "application/offset+octet-stream",
      "Content-Length": "400000",
    },
  });
  sending.on("error", () => undefined);
  // Not hers: refused before a byte is taken.
  sending.write(randomBytes(150_000));
  await sleep(300);
  sending.destroy();
  expect(statSync(fileOf(idOf(url))).size).toBe(0);
  const own = request(url, {
    method: "PATCH",
    headers: {
      ...TUS,
      Cookie: ann.cookie,
      Origin: web.url,
      "Upload-Offset": "0",
      "Content-Type": "application/offset+octet-stream",
      "Content-Length": "400000",
    },
  });
  own.on("error", () => undefined);
  own.write(randomBytes(150_000));
  await expect.poll(() => statSync(fileOf(idOf(url))).size).toBe(150_000);
  own.destroy();
  await expect.poll(async () => Number((await row(idOf(url))).offsetBytes)).toBe(150_000);
});

test("what is stored can be read back by its beginner, in parts, and never as a page", async () => {
  const url = new URL((await create(6)).headers.get("location")!, web.url).href;
  expect((await patch(url, 0, Buffer.from("<b>ab"))).status).toBe(204);
  const part = await ask("GET", url, ann, { Range: "bytes=1-3" });
  expect([part.status, await part.text()]).toEqual([206, "b>a"]);
  expect(part.headers.get("content-type")).toBe("application/octet-stream");
  expect(part.headers.get("content-disposition")).toBe("attachment");
  expect(part.headers.get("content-security-policy")).toContain("sandbox");
  expect((await ask("GET", url, ann, { Range: "bytes=9-" })).status).toBe(416);
  expect((await ask("GET", url, ben)).status).toBe(404);
  expect((await fetch(url, { headers: { Authorization: basic } })).status).toBe(404);
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
