import { expect, test } from "vitest";

import { isConnectionError } from "#lib/db/connection-error.ts";

const named = (name: string, rest: object) => Object.assign(new Error("x"), { name }, rest);

test.each([
  named("PrismaClientKnownRequestError", { code: "P1001" }),
  named("DriverAdapterError", { cause: { kind: "ConnectionClosed" } }),
  named("PrismaClientKnownRequestError", {
    code: "P2010",
    meta: { driverAdapterError: { cause: { kind: "postgres", originalCode: "57P01" } } },
  }),
  Object.assign(new Error("Connection terminated unexpectedly"), { clientVersion: "7.10.0" }),
  Object.assign(new Error("Client has encountered a connection error and is not queryable"), {
    clientVersion: "7.10.0",
  }),
  Object.assign(new Error("timeout exceeded when trying to connect"), { clientVersion: "7.10.0" }),
])("a database that does not answer: %#", (error) => {
  expect(isConnectionError(error)).toBe(true);
});

test.each([
  named("PrismaClientKnownRequestError", { code: "P2002" }),
  named("Error", { code: "ECONNREFUSED" }),
  new Error("Connection terminated unexpectedly"),
  null,
])("anything else: %#", (error) => {
  expect(isConnectionError(error)).toBe(false);
});
