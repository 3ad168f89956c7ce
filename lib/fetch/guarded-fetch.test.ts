import { createServer } from "node:http";

import { describe, expect, test } from "vitest";

import { closers, failureOf, LOCAL, sendVideo, serve } from "#lib/fetch/fetch-fixture.ts";
import { guardedFetch } from "#lib/fetch/guarded-fetch.ts";

const get = async (url: string) => {
  const response = await guardedFetch(url, { policy: LOCAL });
  await response.close();
};

describe("the guard", () => {
  const NONE = { allowedPrivateCidrs: [] };

  test.each([
    "http://127.0.0.1:PORT/",
    "http://2130706433:PORT/",
    "http://0x7f000001:PORT/",
    "http://0177.0.0.1:PORT/",
    "http://127.1:PORT/",
    "http://0.0.0.0:PORT/",
    "http://[::1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://localhost:PORT/",
    "http://user:secret@127.0.0.1:PORT/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/x",
  ])("refuses %s and never connects", async (address) => {
    let contacts = 0;
    const url = await serve((request, response) => {
      contacts++;
      sendVideo(request, response);
    });
    const failure = await failureOf(
      guardedFetch(address.replace("PORT", new URL(url).port), { policy: NONE }),
    );
    expect(failure.code).toBe("INPUT_BLOCKED");
    expect(contacts).toBe(0);
  });

  test("says which block an admin would have to list", async () => {
    const failure = await failureOf(guardedFetch("http://127.0.0.1:9/x", { policy: NONE }));
    expect(failure.params).toEqual({ host: "127.0.0.1:9", cidr: "127.0.0.1/32", reason: "address" });
  });

  test("refuses user information even on an allowed address", async () => {
    const url = await serve((request, response) => sendVideo(request, response));
    const failure = await failureOf(
      guardedFetch(url.replace("http://", "http://user:secret@"), { policy: LOCAL }),
    );
    expect(failure.code).toBe("INPUT_BLOCKED");
    expect(JSON.stringify(failure)).not.toContain("secret");
  });

  test("a name with one private address among public ones is refused", async () => {
    const failure = await failureOf(
      guardedFetch("http://mixed.test/", {
        policy: NONE,
        resolve: async () => ["93.184.216.34", "10.0.0.1"],
      }),
    );
    expect(failure).toMatchObject({ code: "INPUT_BLOCKED", params: { cidr: "10.0.0.1/32" } });
  });

  test("a name that is rebound between look-ups connects only to what was checked", async () => {
    let contacts = 0;
    const url = await serve((request, response) => sendVideo(request, response));
    const port = Number(new URL(url).port);
    const canary = createServer((_request, response) => {
      contacts++;
      response.end();
    });
    await new Promise<void>((resolve) => canary.listen(port, "127.0.0.2", resolve));
    closers.push(() => canary.close());
    // A name server that answers with the allowed address first and with another one ever after.
    let asked = 0;
    const resolve = async () => [asked++ === 0 ? "127.0.0.1" : "127.0.0.2"];
    const options = { policy: { allowedPrivateCidrs: ["127.0.0.1/32"] }, resolve };
    const first = await guardedFetch(`http://rebind.test:${port}/`, options);
    await first.close();
    expect([first.status, asked]).toEqual([200, 1]);
    expect((await failureOf(guardedFetch(`http://rebind.test:${port}/`, options))).code).toBe(
      "INPUT_BLOCKED",
    );
    expect(contacts).toBe(0);
  });

  test("follows three redirects, checks each, and no fourth", async () => {
    const hops = (last: number): Promise<string> =>
      serve((request, response) => {
        const hop = Number(new URL(request.url ?? "", "http://x").searchParams.get("hop") ?? 0);
        if (hop === last) sendVideo(request, response);
        else response.writeHead(302, { location: `/?hop=${hop + 1}` }).end();
      });
    await get(await hops(3));
    expect((await failureOf(get(await hops(4)))).evidence[0]).toMatch(/redirects/);
  });

  test.each([
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "http://[::1]/",
    "//10.0.0.1/x",
  ])("refuses a redirect to %s", async (location) => {
    const url = await serve((_request, response) => void response.writeHead(302, { location }).end());
    expect((await failureOf(get(url))).code).toBe("INPUT_BLOCKED");
  });

  test("knows no proxy of the environment", async () => {
    let contacts = 0;
    const proxy = await serve((_request, response) => {
      contacts++;
      response.end();
    });
    process.env["http_proxy"] = proxy;
    try {
      await get(await serve((request, response) => sendVideo(request, response)));
    } finally {
      delete process.env["http_proxy"];
    }
    expect(contacts).toBe(0);
  });
});
