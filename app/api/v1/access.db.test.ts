import { beforeAll, describe, expect, test } from "vitest";

import { DELETE as revokeKeyRoute } from "./access-keys/[keyId]/route.ts";
import { GET as keysRoute, POST as createKeyRoute } from "./access-keys/route.ts";
import { GET as auditRoute } from "./audit/route.ts";
import { DELETE as withdrawRoute } from "./invites/[inviteId]/route.ts";
import { POST as acceptRoute } from "./invites/accept/route.ts";
import { GET as invitesRoute, POST as inviteRoute } from "./invites/route.ts";
import { POST as disableRoute } from "./users/[userId]/disable/route.ts";
import { POST as enableRoute } from "./users/[userId]/enable/route.ts";
import { POST as resetRoute } from "./users/[userId]/reset/route.ts";
import { POST as roleRoute } from "./users/[userId]/role/route.ts";
import { GET as usersRoute } from "./users/route.ts";
import { createAccessKey } from "#lib/access-keys/create-access-key.ts";
import type { AccessKeyView, CreatedAccessKey } from "#lib/access-keys/view.ts";
import type { AuditPage } from "#lib/audit/view.ts";
import { ROLES, type Role } from "#lib/context.ts";
import type { CreatedInvite } from "#lib/invites/view.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import type { UserView } from "#lib/users/view.ts";

/** The handlers as Next calls them, with an access key of each role; the verbs have tests of their own. */

type Handler = (request: Request, context: { params: Promise<never> }) => Promise<Response>;
type Call = {
  params?: Record<string, string>;
  method?: string;
  body?: unknown;
  as?: string | null;
  query?: string;
};

let project: TestProject;
let foreign: TestProject;
const basic: Record<string, string> = {};

async function makeKey(of: TestProject, name: string, role: Role): Promise<void> {
  const { key, secret } = await createAccessKey(of.ctx("admin"), { name, role, dialects: ["native"] });
  basic[name] = `Basic ${Buffer.from(`${key.accessKeyId}:${secret}`).toString("base64")}`;
}

beforeAll(async () => {
  project = await makeTestProject();
  foreign = await makeTestProject("Foreign");
  for (const role of ROLES) await makeKey(project, role, role);
  await makeKey(foreign, "foreign", "admin");
});

async function call(
  handler: unknown,
  { params = {}, method = "GET", body, as = "admin", query = "" }: Call = {},
) {
  const headers = new Headers({ "x-client-ip": "198.51.100.20" });
  if (as !== null) headers.set("Authorization", basic[as] ?? "");
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const request = new Request(`http://127.0.0.1:3000/api/v1/x${query}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await (handler as Handler)(request, { params: Promise.resolve(params as never) });
  const text = await response.text();
  return { status: response.status, body: (text === "" ? null : JSON.parse(text)) as never, text };
}
const post = (handler: unknown, more: Call = {}) => call(handler, { method: "POST", ...more });

const WANTED = { name: "ci", role: "viewer", dialects: ["*"] };

test("an access key is made, listed without its secret, and revoked: 201, 200, 204, 401", async () => {
  const made = await post(createKeyRoute, { body: WANTED });
  expect(made.status).toBe(201);
  const { key, secret } = made.body as CreatedAccessKey;
  const listed = await call(keysRoute);
  expect((listed.body as { items: AccessKeyView[] }).items).toContainEqual(key);
  expect(listed.text).not.toContain(secret);
  basic["ci"] = `Basic ${Buffer.from(`${key.accessKeyId}:${secret}`).toString("base64")}`;
  expect((await call(usersRoute, { as: "ci" })).status).toBe(403);
  expect((await call(revokeKeyRoute, { method: "DELETE", params: { keyId: key.id } })).status).toBe(204);
  expect((await call(usersRoute, { as: "ci" })).status).toBe(401);
});

test("a user is invited, joins without credentials, is changed and gets a new password", async () => {
  const made = await post(inviteRoute, { body: { email: "new@example.test", role: "viewer" } });
  expect(made.status).toBe(201);
  const { link } = made.body as CreatedInvite;
  const body = { token: link.split("/").at(-1), name: "New", password: "a good password" };
  expect(await post(acceptRoute, { as: null, body })).toMatchObject({
    status: 200,
    body: { email: "new@example.test" },
  });
  expect((await post(acceptRoute, { as: null, body })).status).toBe(404);
  const { items } = (await call(usersRoute)).body as { items: UserView[] };
  const user = items.find(({ email }) => email === "new@example.test")!;
  const params = { userId: user.id };
  expect((await post(roleRoute, { params, body: { role: "operator" } })).status).toBe(204);
  const reset = await post(resetRoute, { params });
  expect(reset.status).toBe(201);
  expect((await post(disableRoute, { params })).status).toBe(204);
  expect((await post(enableRoute, { params })).status).toBe(204);
  expect((await call(invitesRoute)).body).toEqual({ items: [] });
  const second = (await post(inviteRoute, { body: { email: "x@example.test", role: "viewer" } }))
    .body as CreatedInvite;
  const gone = { method: "DELETE", params: { inviteId: second.invite.id } };
  expect((await call(withdrawRoute, gone)).status).toBe(204);
  expect((await call(withdrawRoute, gone)).status).toBe(404);

  const audit = await call(auditRoute, { query: "?object=new@example.test" });
  expect((audit.body as AuditPage).items.map(({ action }) => action)).toEqual([
    "user.enable",
    "user.disable",
    "user.reset_link",
    "user.change_role",
    "user.join",
    "invite.create",
  ]);
  expect(new Set((audit.body as AuditPage).items.map(({ address }) => address))).toEqual(
    new Set(["198.51.100.20"]),
  );
  for (const secret of [link, (reset.body as CreatedInvite).link])
    expect(audit.text).not.toContain(secret.split("/").at(-1));
});

describe("who may not", () => {
  const routes: [string, unknown, Call][] = [
    ["GET access-keys", keysRoute, {}],
    ["POST access-keys", createKeyRoute, { method: "POST", body: WANTED }],
    ["DELETE access-keys", revokeKeyRoute, { method: "DELETE", params: { keyId: "key_x" } }],
    ["GET users", usersRoute, {}],
    ["POST role", roleRoute, { method: "POST", params: { userId: "usr_x" }, body: { role: "admin" } }],
    ["POST disable", disableRoute, { method: "POST", params: { userId: "usr_x" } }],
    ["POST enable", enableRoute, { method: "POST", params: { userId: "usr_x" } }],
    ["POST reset", resetRoute, { method: "POST", params: { userId: "usr_x" } }],
    ["GET invites", invitesRoute, {}],
    ["POST invites", inviteRoute, { method: "POST", body: { email: "a@b", role: "viewer" } }],
    ["DELETE invites", withdrawRoute, { method: "DELETE", params: { inviteId: "inv_x" } }],
    ["GET audit", auditRoute, {}],
  ];

  test.each(routes)(
    "%s: 401 without credentials, 403 for viewers and operators",
    async (_name, route, given) => {
      expect((await call(route, { ...given, as: null })).status).toBe(401);
      for (const as of ["viewer", "operator"])
        expect(await call(route, { ...given, as })).toMatchObject({
          status: 403,
          body: { error: { code: "forbidden" } },
        });
    },
  );

  test("another project's admin finds none of it", async () => {
    const { items } = (await call(usersRoute)).body as { items: UserView[] };
    const keys = ((await call(keysRoute)).body as { items: AccessKeyView[] }).items;
    const userId = items[0]?.id ?? "";
    const as = "foreign";
    for (const route of [disableRoute, enableRoute, resetRoute])
      expect((await post(route, { as, params: { userId } })).status).toBe(404);
    expect((await post(roleRoute, { as, params: { userId }, body: { role: "admin" } })).status).toBe(404);
    const keyId = keys[0]?.id ?? "";
    expect((await call(revokeKeyRoute, { as, method: "DELETE", params: { keyId } })).status).toBe(404);
    expect((await call(auditRoute, { as, query: `?object=${userId}` })).body).toMatchObject({ items: [] });
  });
});

test("an acceptance must be JSON, and small", async () => {
  const send = (headers: Record<string, string>, body: string) =>
    acceptRoute(
      new Request("http://127.0.0.1:3000/api/v1/invites/accept", { method: "POST", headers, body }),
    );
  expect((await send({ "Content-Type": "text/plain" }, "{}")).status).toBe(415);
  expect((await send({ "Content-Type": "application/json" }, "x".repeat(20_000))).status).toBe(413);
});
