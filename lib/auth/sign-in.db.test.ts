import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  ACCOUNT_DELAY_MS,
  ATTEMPTS_PER_ACCOUNT,
  ATTEMPTS_PER_ADDRESS,
  ATTEMPTS_PER_PAIR,
} from "#lib/auth/sign-in-limit.ts";
import { writeSessionToken } from "#lib/auth/session-token.ts";
import { db } from "#lib/db/client.ts";
import { makeProject, makeUser, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";

let web: TestWeb;
let projectId: string;

beforeAll(async () => {
  web = await startTestWeb({ TRUSTED_PROXIES: "127.0.0.1" });
  projectId = (await makeProject("alpha")).projectId;
});
afterAll(async () => {
  await web.stop();
});

const cookiesOf = (response: Response) => response.headers.getSetCookie();
const sessionOf = (lines: readonly string[]) =>
  lines.find((line) => /^vod-console-session=[^;]/.test(line)) ?? null;
const pairOf = (line: string) => line.split(";")[0] ?? "";

/** Signs in as a browser does; `session` is the cookie, null when refused. */
async function signIn(
  email: string,
  password: string,
  { callbackUrl = "/tasks", address = "198.51.100.1" } = {},
) {
  const first = await fetch(`${web.url}/api/auth/csrf`);
  const { csrfToken } = (await first.json()) as { csrfToken: string };
  const response = await fetch(`${web.url}/api/auth/callback/credentials`, {
    method: "POST",
    redirect: "manual",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      Cookie: cookiesOf(first).map(pairOf).join("; "),
      "X-Forwarded-For": address,
    },
    body: new URLSearchParams({ email, password, csrfToken, callbackUrl, json: "true" }),
  });
  const { url } = (await response.json()) as { url: string };
  const line = sessionOf(cookiesOf(response));
  return {
    status: response.status,
    url,
    line,
    session: line && pairOf(line),
    error: new URL(url).searchParams.get("error"),
  };
}

const isSignedIn = async (cookie: string) =>
  (await fetch(`${web.url}/api/v1/tasks`, { headers: { Cookie: cookie } })).ok;

const changePassword = (cookie: string, currentPassword: string, newPassword: string) =>
  fetch(`${web.url}/api/v1/account/password`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Cookie: cookie, Origin: web.url },
    body: JSON.stringify({ currentPassword, newPassword }),
  });

describe("sign-in", () => {
  test("the right password opens a session; its cookie is HttpOnly, SameSite=Lax and, on http, plain", async () => {
    await makeUser(projectId, "ann@example.com", "operator");
    const { status, url, line, session } = await signIn(" Ann@Example.com ", "a good password");
    expect(status).toBe(200);
    expect(url).toBe(`${web.url}/tasks`);
    expect(line).toMatch(/; HttpOnly/i);
    expect(line).toMatch(/; SameSite=Lax/i);
    expect(line).not.toMatch(/; Secure|Domain=/i);
    expect(await isSignedIn(session!)).toBe(true);
    const again = await signIn("ann@example.com", "a good password");
    expect(again.session).not.toBe(session);
  });

  test("a wrong password, an unknown user and a disabled one get the same answer", async () => {
    const { email } = await makeUser(projectId, "off@example.com", "operator");
    await db().user.update({ where: { email }, data: { disabledAt: new Date() } });
    await makeUser(projectId, "on@example.com", "operator");
    const answers = await Promise.all([
      signIn("off@example.com", "a good password"),
      signIn("on@example.com", "a bad password"),
      signIn("nobody@example.com", "a good password"),
      signIn("nob\0dy@example.com", "a good password"),
    ]);
    for (const { status, error, session } of answers)
      expect({ status, error, session }).toEqual({ status: 401, error: "CredentialsSignin", session: null });
  });

  test.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])(
    "the way back cannot leave the console: %s",
    async (callbackUrl) => {
      await db().user.deleteMany({ where: { email: "back@example.com" } });
      await makeUser(projectId, "back@example.com", "viewer");
      expect((await signIn("back@example.com", "a good password", { callbackUrl })).url).toBe(`${web.url}/`);
    },
  );

  test("after too many attempts from one address even the right password has to wait there", async () => {
    await makeUser(projectId, "target@example.com", "admin");
    await makeUser(projectId, "bystander@example.com", "admin");
    for (let i = 0; i < ATTEMPTS_PER_PAIR; i++)
      expect((await signIn("target@example.com", `guess ${i}`)).error).toBe("CredentialsSignin");
    expect((await signIn("target@example.com", "a good password")).error).toBe("rate_limited");
    expect((await signIn("TARGET@example.com", "a good password")).error).toBe("rate_limited");
    expect((await signIn("bystander@example.com", "a good password")).session).not.toBeNull();
    const limited = await db().auditLog.findMany({ where: { objectName: "target@example.com" } });
    const reasons = limited.map(({ after }) => (after as { reason?: string } | null)?.reason);
    expect(reasons.filter((reason) => reason === "too_many_attempts")).toHaveLength(1);
  });

  test("and no stranger elsewhere can lock the account: its owner gets in, if slowly", async () => {
    await makeUser(projectId, "owner@example.com", "admin");
    for (let i = 0; i < ATTEMPTS_PER_PAIR; i++)
      await signIn("owner@example.com", "guess", { address: "203.0.113.90" });
    const address = "203.0.113.91";
    expect((await signIn("owner@example.com", "a good password", { address })).session).not.toBeNull();
    // As if many addresses had been at it.
    await db().rateLimiterFlexible.update({
      where: { key: "sign-in-account:owner@example.com" },
      data: { points: ATTEMPTS_PER_ACCOUNT },
    });
    const started = performance.now();
    expect((await signIn("owner@example.com", "a good password", { address })).session).not.toBeNull();
    expect(performance.now() - started).toBeGreaterThan(ACCOUNT_DELAY_MS);
  });

  test("an address that tries account after account has to wait, and no other address does", async () => {
    await makeUser(projectId, "mallory@example.com", "viewer");
    const address = "203.0.113.66";
    for (let i = 0; i < ATTEMPTS_PER_ADDRESS; i++)
      await signIn(`nobody${i}@example.com`, "guess", { address });
    expect((await signIn("mallory@example.com", "a good password", { address })).error).toBe("rate_limited");
    expect(
      (await signIn("mallory@example.com", "a good password", { address: "203.0.113.67" })).error,
    ).toBeNull();
  });

  test("a body of more than 16 KB is refused", async () => {
    const response = await fetch(`${web.url}/api/auth/callback/credentials`, {
      method: "POST",
      body: "a".repeat(20_000),
    });
    expect(response.status).toBe(413);
  });
});

describe("a session ends", () => {
  test("when the password is changed, except the one that changed it", async () => {
    await makeUser(projectId, "bob@example.com", "operator");
    const here = (await signIn("bob@example.com", "a good password")).session!;
    const there = (await signIn("bob@example.com", "a good password")).session!;
    const response = await changePassword(here, "a good password", "a better password");
    expect(response.status).toBe(204);
    const renewed = pairOf(sessionOf(cookiesOf(response))!);
    expect(await isSignedIn(there)).toBe(false);
    expect(await isSignedIn(here)).toBe(false);
    expect(await isSignedIn(renewed)).toBe(true);
    expect((await signIn("bob@example.com", "a good password")).error).toBe("CredentialsSignin");
    expect((await signIn("bob@example.com", "a better password")).session).not.toBeNull();
  });

  test("when the user is disabled, removed from the project, or the token is not ours", async () => {
    const user = await makeUser(projectId, "eve@example.com", "operator");
    expect(await isSignedIn(user.cookie)).toBe(true);
    const stale = await writeSessionToken({ userId: user.id, sessionVersion: 0 });
    expect(await isSignedIn(`vod-console-session=${stale}`)).toBe(false);
    expect(await isSignedIn("vod-console-session=eyJhbGciOiJub25lIn0.e30.")).toBe(false);
    await db().user.update({ where: { id: user.id }, data: { disabledAt: new Date() } });
    expect(await isSignedIn(user.cookie)).toBe(false);
    await db().user.update({ where: { id: user.id }, data: { disabledAt: null } });
    await db().membership.deleteMany({ where: { userId: user.id } });
    expect(await isSignedIn(user.cookie)).toBe(false);
  });

  test("when its person signs out, and no other session with it", async () => {
    await makeUser(projectId, "lou@example.com", "operator");
    const here = (await signIn("lou@example.com", "a good password")).session!;
    const there = (await signIn("lou@example.com", "a good password")).session!;
    const csrf = await fetch(`${web.url}/api/auth/csrf`, { headers: { Cookie: here } });
    const { csrfToken } = (await csrf.json()) as { csrfToken: string };
    const cookies = [here, ...csrf.headers.getSetCookie().map((line) => line.split(";")[0]!)].join("; ");
    const answer = await fetch(`${web.url}/api/auth/signout`, {
      method: "POST",
      redirect: "manual",
      headers: { Cookie: cookies, Origin: web.url },
      body: new URLSearchParams({ csrfToken, json: "true" }),
    });
    expect(answer.status).toBe(200);
    expect(await isSignedIn(here)).toBe(false);
    expect(await isSignedIn(there)).toBe(true);
  });

  test("and /api/auth/session then knows nobody", async () => {
    const { cookie, id } = await makeUser(projectId, "sue@example.com", "operator");
    const ask = async () =>
      (await (await fetch(`${web.url}/api/auth/session`, { headers: { Cookie: cookie } })).json()) as object;
    expect(await ask()).toMatchObject({ user: { email: "sue@example.com" } });
    await db().user.update({ where: { id }, data: { sessionVersion: { increment: 1 } } });
    expect(await ask()).not.toHaveProperty("user");
  });
});

describe("a password change is refused", () => {
  test("with a wrong current password, a short new one, or the same one", async () => {
    const { cookie } = await makeUser(projectId, "tim@example.com", "viewer");
    const pathOf = async (response: Response) => {
      expect(response.status).toBe(400);
      return ((await response.json()) as { error: { issues: { path: string }[] } }).error.issues[0]?.path;
    };
    expect(await pathOf(await changePassword(cookie, "wrong", "a better password"))).toBe("currentPassword");
    expect(await pathOf(await changePassword(cookie, "a good password", "short"))).toBe("newPassword");
    expect(await pathOf(await changePassword(cookie, "a good password", "a good password"))).toBe(
      "newPassword",
    );
  });

  test("by guessing, since each guess counts as a sign-in attempt", async () => {
    const { cookie } = await makeUser(projectId, "kim@example.com", "viewer");
    const statuses = [];
    for (let i = 0; i <= ATTEMPTS_PER_PAIR; i++)
      statuses.push((await changePassword(cookie, `guess ${i}`, "a better password")).status);
    expect(statuses).toEqual([...Array<number>(ATTEMPTS_PER_PAIR).fill(400), 429]);
  });
});

test("over https the cookies are __Host- and Secure", async () => {
  const secure = await startTestWeb({ PUBLIC_URL: "https://vod.example" });
  try {
    const response = await fetch(`${secure.url}/api/auth/csrf`);
    const line = cookiesOf(response).find((one) => one.startsWith("__Host-vod-console-csrf="));
    expect(line).toMatch(/; Secure/i);
    expect(response.headers.get("strict-transport-security")).toBe("max-age=31536000");

    await makeUser(projectId, "https@example.com", "viewer");
    const { csrfToken } = (await response.json()) as { csrfToken: string };
    const signedIn = await fetch(`${secure.url}/api/auth/callback/credentials`, {
      method: "POST",
      redirect: "manual",
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        Cookie: cookiesOf(response).map(pairOf).join("; "),
      },
      body: new URLSearchParams({
        email: "https@example.com",
        password: "a good password",
        csrfToken,
        json: "true",
      }),
    });
    const session = cookiesOf(signedIn).find((one) => one.startsWith("__Host-vod-console-session="));
    expect(session).toMatch(/; Path=\/(;|$)/i);
    for (const wanted of [/; HttpOnly/i, /; Secure/i, /; SameSite=Lax/i]) expect(session).toMatch(wanted);
    expect(session).not.toMatch(/; Domain=/i);
    // The plain name, which a page on http could have planted, opens nothing here.
    const value = pairOf(session ?? "").replace("__Host-", "");
    const planted = await fetch(`${secure.url}/api/v1/tasks`, { headers: { Cookie: value } });
    expect(planted.status).toBe(401);
  } finally {
    await secure.stop();
  }
});
