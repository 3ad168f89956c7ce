import { expect, test } from "vitest";

import { errorResponse } from "#lib/http/error-response.ts";

test("a database that does not answer is 503 with Retry-After, and its error says nothing of the machine", async () => {
  const away = Object.assign(new Error("Can't reach database server at 10.0.0.7:5432"), {
    name: "PrismaClientKnownRequestError",
    code: "P1001",
  });
  const response = errorResponse(away);
  expect(response.status).toBe(503);
  expect(response.headers.get("Retry-After")).toBe("5");
  expect(await response.text()).toBe(
    '{"error":{"code":"unavailable","message":"The database does not answer at the moment. Try again in a few seconds.","issues":[]}}',
  );
});
