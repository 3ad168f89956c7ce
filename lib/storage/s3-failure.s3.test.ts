import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";

import { afterEach, beforeAll, describe, expect, test } from "vitest";

import type { FailureError } from "#lib/errors.ts";
import { AppError } from "#lib/errors.ts";
import { newId } from "#lib/ids.ts";
import { openS3Bucket } from "#lib/storage/open-s3-store.ts";
import { openStore, type StorableOutput } from "#lib/storage/open-store.ts";
import { S3Store } from "#lib/storage/s3-store.ts";
import { answering, type RawServer, s3Error, startRawServer } from "#lib/storage/test-raw-server.ts";
import { LOOPBACK, makeBucket, storableOutput, type TestBucket } from "#lib/storage/test-s3.ts";

const SECRET = "a-secret-that-nobody-may-see";
const env = { outputRoots: [], ...LOOPBACK };

let bucket: TestBucket;
const servers: RawServer[] = [];
beforeAll(async () => {
  bucket = await makeBucket();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(onConnection: (socket: Socket) => void): Promise<RawServer> {
  const server = await startRawServer(onConnection);
  servers.push(server);
  return server;
}

/** A store with these credentials and this address. */
function store(
  changes: Partial<StorableOutput> = {},
  { policy = LOOPBACK, patienceMs = 0, credentials = {} } = {},
): S3Store {
  const output = storableOutput(bucket, changes);
  const keys = { ...bucket.credentials, ...credentials };
  return new S3Store(openS3Bucket(output, keys, policy, { patienceMs }), output.prefix);
}

async function failureOf(work: Promise<unknown>) {
  const thrown: unknown = await work.catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: "FailureError" });
  return (thrown as FailureError).failure;
}

const put = (to: S3Store) => to.putBytes("x.mp4", Buffer.from("x"), "video/mp4");

describe("what somebody has to change is OUTPUT_DENIED with the server's code", () => {
  test.each([
    ["a wrong secret", {}, { secretAccessKey: SECRET }, "SignatureDoesNotMatch"],
    ["an unknown access key", {}, { accessKeyId: "nobody", secretAccessKey: SECRET }, "InvalidAccessKeyId"],
    ["a bucket that is not there", { bucket: "no-such-bucket" }, {}, "NoSuchBucket"],
  ])("%s", async (_what, changes, credentials, reason) => {
    const failure = await failureOf(put(store(changes, { credentials })));
    expect(failure).toMatchObject({
      code: "OUTPUT_DENIED",
      params: { output: "media", reason },
      retryable: false,
    });
    expect(failure.evidence[0]).toContain(reason);
    expect(JSON.stringify(failure)).not.toContain(SECRET);
  });

  test.each([
    ["507 Insufficient Storage", "InsufficientStorage"],
    ["403 Forbidden", "QuotaExceeded"],
    ["400 Bad Request", "EntityTooLarge"],
    ["501 Not Implemented", "NotImplemented"],
  ])("a server that answers %s, %s", async (status, code) => {
    const { endpoint } = await serve(s3Error(status, code));
    expect(await failureOf(put(store({ endpoint }, { patienceMs: 5_000 })))).toMatchObject({
      code: "OUTPUT_DENIED",
      params: { reason: code },
      retryable: false,
    });
  });

  test("a web server that is none of S3", async () => {
    const { endpoint } = await serve(
      answering("404 Not Found", "Content-Type: text/html\r\n", "<html>no</p>"),
    );
    expect(await failureOf(put(store({ endpoint })))).toMatchObject({ code: "OUTPUT_DENIED" });
  });

  test("a redirect to another host, which is not followed", async () => {
    const other = await serve(s3Error("200 OK", "x"));
    const { endpoint } = await serve(
      s3Error("307 Temporary Redirect", "TemporaryRedirect", `Location: ${other.endpoint}/x\r\n`),
    );
    expect(await failureOf(put(store({ endpoint })))).toMatchObject({
      code: "OUTPUT_DENIED",
      params: { reason: "TemporaryRedirect" },
    });
    expect(other.connections()).toBe(0);
  });
});

describe("an address that nobody allowed", () => {
  test.each(["127.0.0.1", "localhost"])("%s is refused before any connection", async (host) => {
    const server = await serve((socket) => socket.destroy());
    const endpoint = server.endpoint.replace("127.0.0.1", host);
    const failure = await failureOf(
      put(store({ endpoint }, { policy: { allowedPrivateCidrs: [] }, patienceMs: 5_000 })),
    );
    expect(failure).toMatchObject({ code: "OUTPUT_DENIED", params: { reason: "BlockedAddress" } });
    expect(failure.evidence[0]).toMatch(/ALLOWED_PRIVATE_CIDRS=(127\.0\.0\.1\/32|::1\/128)/);
    expect(server.connections()).toBe(0);
  });

  test("with https as well", async () => {
    const server = await serve((socket) => socket.destroy());
    const endpoint = server.endpoint.replace("http:", "https:");
    const failure = await failureOf(put(store({ endpoint }, { policy: { allowedPrivateCidrs: [] } })));
    expect(failure.params["reason"]).toBe("BlockedAddress");
    expect(server.connections()).toBe(0);
  });
});

describe("what may pass is OUTPUT_UNREACHABLE, after some patience", () => {
  const reached = async (onConnection: (socket: Socket) => void) => {
    const server = await serve(onConnection);
    const failure = await failureOf(put(store({ endpoint: server.endpoint }, { patienceMs: 700 })));
    return { ...failure, connections: server.connections() };
  };

  test.each([
    ["503 Slow Down", "SlowDown"],
    ["500 Internal Server Error", "InternalError"],
  ])("%s", async (status, code) => {
    const failure = await reached(s3Error(status, code));
    expect(failure).toMatchObject({ code: "OUTPUT_UNREACHABLE", params: { reason: code }, retryable: true });
    expect(failure.connections).toBeGreaterThan(1);
  });

  test("a connection that is cut", async () => {
    const failure = await reached((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(failure).toMatchObject({ code: "OUTPUT_UNREACHABLE", retryable: true });
    expect(failure.connections).toBeGreaterThan(1);
  });

  test("nobody there", async () => {
    const server = await startRawServer(() => undefined);
    await server.close();
    expect(await failureOf(put(store({ endpoint: server.endpoint }, { patienceMs: 300 })))).toMatchObject({
      code: "OUTPUT_UNREACHABLE",
      params: { host: new URL(server.endpoint).host, reason: "ECONNREFUSED" },
      retryable: true,
    });
  });

  test("a server that comes back in time is no failure at all", async () => {
    let count = 0;
    const server = await serve((socket) => {
      if (++count < 3) s3Error("503 Slow Down", "SlowDown")(socket);
      else answering("200 OK", 'ETag: "x"\r\n', "")(socket);
    });
    await put(store({ endpoint: server.endpoint }, { patienceMs: 5_000 }));
    expect(count).toBe(3);
  });

  test("a body that breaks off", async () => {
    const { endpoint } = await serve((socket) => {
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
        setTimeout(() => socket.destroy(), 50);
      });
    });
    const reading = store({ endpoint })
      .read("x.mp4")
      .then((body) => buffer(body));
    expect(await failureOf(reading)).toMatchObject({ code: "OUTPUT_UNREACHABLE", retryable: true });
  });
});

test("a reader that stops ends the request at once", async () => {
  let closed = () => {};
  const ended = new Promise<void>((resolve) => (closed = resolve));
  const { endpoint } = await serve((socket) => {
    socket.on("close", closed);
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst"));
  });
  const body = await store({ endpoint }).read("x.mp4");
  body.destroy();
  await ended;
});

describe("openStore", () => {
  test("opens a bucket with the credentials of its row", async () => {
    const opened = openStore(storableOutput(bucket), env, { patienceMs: 0 });
    const name = randomBytes(6).toString("hex");
    await opened.putBytes(name, Buffer.from("x"), "text/plain");
    expect(await opened.head(name)).toMatchObject({ sizeBytes: 1 });
  });

  test("refuses a row without credentials, and one with another row's", () => {
    const bare = storableOutput(bucket, { credentialsEncrypted: null });
    expect(() => openStore(bare, env)).toThrow(AppError);
    const moved = { ...storableOutput(bucket), id: newId() };
    expect(() => openStore(moved, env)).toThrow(/cannot be read with this SECRET_KEY/);
  });
});
