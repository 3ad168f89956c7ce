import { expect, test } from "vitest";

import { maskSecrets, maskUrls } from "#lib/mask-secrets.ts";

test("user information and query strings of addresses are hidden, wherever they stand", () => {
  expect(maskUrls("GET https://user:secret@a.example/x.mp4?X-Amz-Signature=abc&y=1 -> 200")).toBe(
    "GET https://***@a.example/x.mp4?*** -> 200",
  );
  expect(maskUrls(`'http://a.example/x?token=1' "http://b.example?sig=2"`)).toBe(
    `'http://a.example/x?***' "http://b.example?***"`,
  );
  expect(maskUrls("cannot reach postgresql://vod:pass@db.example:5432/vod")).toBe(
    "cannot reach postgresql://***@db.example:5432/vod",
  );
  expect(maskUrls("file:/data/x.mp4 what? nothing to hide @ all")).toBe(
    "file:/data/x.mp4 what? nothing to hide @ all",
  );
});

test.each([
  ["authorization: Basic dXNlcjpzZWNyZXQ=", "authorization: Basic ***"],
  ["Bearer abc.def-ghi_jkl", "Bearer ***"],
  ["/a/b?x=1&X-Amz-Signature=00ff&q-signature=1", "/a/b?x=1&X-Amz-Signature=***&q-signature=***"],
  ["/files/x/y.mp4?expires=1&sig=abc", "/files/x/y.mp4?expires=1&sig=***"],
  ["a basic idea, a bearer of news", "a basic idea, a bearer of news"],
])("%s", (text, masked) => {
  expect(maskSecrets(text)).toBe(masked);
});

test("a masked line of JSON is JSON still, with what is no secret unchanged", () => {
  const line = {
    msg: 'said "http://a.example/x?token=1" and left',
    request: { headers: { Authorization: 'x"y\\', cookie: "a=b", accept: "*/*" } },
    deep: [{ password: "p", passwordLength: 1 }],
  };
  expect(JSON.parse(maskSecrets(JSON.stringify(line)))).toEqual({
    msg: 'said "http://a.example/x?***" and left',
    request: { headers: { Authorization: "***", cookie: "***", accept: "*/*" } },
    deep: [{ password: "***", passwordLength: 1 }],
  });
});
