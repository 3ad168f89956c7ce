import { expect, test } from "vitest";

import { readBytes } from "#lib/http/read-json.ts";

test("a body over the limit is read no further than one piece beyond it", async () => {
  const [limit, piece] = [1_048_576, 65_536];
  let sent = 0;
  let isCanceled = false;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        sent += piece;
        controller.enqueue(new Uint8Array(piece));
      },
      cancel: () => {
        isCanceled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const request = new Request("http://127.0.0.1/", { method: "POST", body, duplex: "half" } as RequestInit);
  await expect(readBytes(request, limit)).rejects.toMatchObject({ code: "too_large" });
  expect(isCanceled).toBe(true);
  expect(sent).toBeLessThanOrEqual(limit + 2 * piece);
});

test("an announced length over the limit is refused before a byte is read", async () => {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        sent++;
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "Content-Length": "2000000" };
  const request = new Request("http://127.0.0.1/", {
    method: "POST",
    headers,
    body,
    duplex: "half",
  } as RequestInit);
  await expect(readBytes(request, 1_048_576)).rejects.toMatchObject({ code: "too_large" });
  expect(sent).toBe(0);
});
