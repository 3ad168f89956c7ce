import { afterAll, expect, test } from "vitest";

import { createAccessKey } from "#lib/access-keys/create-access-key.ts";
import { listAccessKeys } from "#lib/access-keys/list-access-keys.ts";
import { signIn } from "#lib/accounts/sign-in.ts";
import { listAudit } from "#lib/audit/list-audit.ts";
import { NO_AUDIT_FILTERS } from "#lib/audit/queries.ts";
import { hashPassword } from "#lib/auth/password.ts";
import { db } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";
import { acceptInvite } from "#lib/invites/accept-invite.ts";
import { createInvite } from "#lib/invites/create-invite.ts";
import { createOutput } from "#lib/outputs/create-output.ts";
import { listOutputs } from "#lib/outputs/list-outputs.ts";
import { makeTestProject } from "#lib/projects/test-project.ts";
import { stopBoss } from "#lib/queue/boss.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { listEndpoints } from "#lib/webhooks/list-endpoints.ts";
import { rotateSecret } from "#lib/webhooks/rotate-secret.ts";
import { testEndpoint } from "#lib/webhooks/test-endpoint.ts";

afterAll(stopBoss);

/** Every row of every table, the queue's too, as text: what a dump would hold. */
async function dump(): Promise<string> {
  const tables = await db().$queryRaw<{ name: string }[]>`
    SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
    WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`;
  expect(tables.length).toBeGreaterThan(15);
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await db().$queryRawUnsafe<{ text: string }[]>(`SELECT t::text AS text FROM ${name} t`);
      return rows.map((row) => row.text).join("\n");
    }),
  );
  return texts.join("\n");
}

test("no secret that was ever shown or typed stands in the database, in any writing", async () => {
  const project = await makeTestProject();
  const admin = project.ctx("admin");
  const { key, secret: keySecret } = await createAccessKey(admin, {
    name: "k",
    role: "viewer",
    dialects: ["*"],
  });
  const { endpoint, secret: first } = await createEndpoint(admin, {
    url: "https://hooks.example.test/",
    events: ["task.failed"],
  });
  const { secret: second } = await rotateSecret(admin, endpoint.id);
  await testEndpoint(admin, endpoint.id);
  const s3Secret = "canary-of-a-bucket/secret+key";
  const s3 = { type: "s3", name: "bucket", endpoint: "https://s3.example.test", bucket: "bucket" };
  await createOutput(admin, { ...s3, accessKeyId: "canary-key-id", secretAccessKey: s3Secret });
  const { link } = await createInvite(admin, { email: "new@example.test", role: "viewer" });
  const token = link.slice(link.lastIndexOf("/") + 1);
  const password = "canary password of the invited";
  await acceptInvite({ token, name: "New", password }, "127.0.0.1");
  const own = "canary password of one who was here";
  await db().user.create({
    data: {
      id: newId(),
      email: "own@example.test",
      name: "Own",
      passwordHash: await hashPassword(own),
      memberships: { create: { projectId: project.projectId, role: "viewer" } },
    },
  });
  await signIn({ email: "own@example.test", password: own }, "127.0.0.1");
  await signIn({ email: "own@example.test", password: "canary guess" }, "127.0.0.1");

  const text = await dump();
  // The dump is one: what is no secret is in it.
  for (const known of [key.accessKeyId, "own@example.test", "hooks.example.test"])
    expect(text).toContain(known);
  const secrets = [
    keySecret,
    ...[first, second].map((secret) => secret.replace("whsec_", "")),
    token,
    password,
    own,
    "canary guess",
    s3Secret,
    process.env["SECRET_KEY"] ?? "",
  ];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(8);
    const bytes = Buffer.from(secret);
    for (const form of [secret, bytes.toString("base64").replace(/=+$/, ""), bytes.toString("hex")])
      expect(text, form).not.toContain(form);
  }
  for (const secret of [first, second]) {
    const raw = Buffer.from(secret.replace("whsec_", ""), "base64");
    expect(text).not.toContain(raw.toString("hex"));
  }

  // And what is shown once is not shown again.
  const shown = JSON.stringify([
    await listAccessKeys(admin),
    await listEndpoints(admin),
    await listOutputs(admin),
    await listAudit(admin, { filters: NO_AUDIT_FILTERS, limit: 100 }),
  ]);
  for (const secret of secrets) expect(shown).not.toContain(secret);
});
