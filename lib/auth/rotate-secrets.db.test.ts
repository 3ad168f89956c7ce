import { afterAll, beforeAll, expect, test } from "vitest";

import { createAccessKey } from "#lib/access-keys/create-access-key.ts";
import { rotateSecrets } from "#lib/auth/rotate-secrets.ts";
import { decryptSecret, encryptSecret, presentPrefix, secretPlace } from "#lib/auth/secret-box.ts";
import { verifyAccessKey } from "#lib/auth/verify-access-key.ts";
import { db } from "#lib/db/client.ts";
import { resetEnv } from "#lib/env.ts";
import { readId } from "#lib/ids.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { createEndpoint } from "#lib/webhooks/create-endpoint.ts";
import { rotateSecret } from "#lib/webhooks/rotate-secret.ts";
import { callbackSecret, callbackSecrets, openEndpointSecrets } from "#lib/webhooks/signing-secrets.ts";

const OLD = process.env["SECRET_KEY"] ?? "";
const NEW = "another key that only this test uses, 0123456789";
let project: TestProject;

beforeAll(async () => {
  project = await makeTestProject();
});
afterAll(() => setKeys(OLD));

function setKeys(secretKey: string, previous?: string): void {
  process.env["SECRET_KEY"] = secretKey;
  if (previous === undefined) delete process.env["PREVIOUS_SECRET_KEY"];
  else process.env["PREVIOUS_SECRET_KEY"] = previous;
  resetEnv();
}

/** Every stored secret as it stands in the database. */
async function sealed(): Promise<string[]> {
  const [keys, outputs, endpoints] = await Promise.all([
    db().accessKey.findMany({ omit: { secretEncrypted: false } }),
    db().output.findMany({ omit: { credentialsEncrypted: false } }),
    db().webhookEndpoint.findMany({ omit: { secretEncrypted: false, previousSecretEncrypted: false } }),
  ]);
  return [
    ...keys.map((row) => row.secretEncrypted),
    ...outputs.map((row) => row.credentialsEncrypted),
    ...endpoints.flatMap((row) => [row.secretEncrypted, row.previousSecretEncrypted]),
  ].filter((text) => text !== null);
}

test("a new SECRET_KEY takes over: both open while it is replaced, then the new one alone", async () => {
  const ctx = project.ctx("admin");
  const { key, secret } = await createAccessKey(ctx, { name: "a", role: "viewer", dialects: ["*"] });
  const basic = `Basic ${Buffer.from(`${key.accessKeyId}:${secret}`).toString("base64")}`;
  const { endpoint, secret: first } = await createEndpoint(ctx, {
    url: "https://hooks.example.test/",
    events: ["task.failed"],
  });
  const { secret: second } = await rotateSecret(ctx, endpoint.id);
  const outputId = readId("output", project.output.id) ?? "";
  const place = secretPlace("Output", outputId, "credentialsEncrypted");
  await db().output.update({
    where: { id: outputId },
    data: { credentialsEncrypted: encryptSecret("s3 secret", place) },
  });
  const oldCallback = callbackSecret(outputId);
  const endpointRow = () =>
    db().webhookEndpoint.findUniqueOrThrow({
      where: { id: readId("webhookEndpoint", endpoint.id) ?? "" },
      omit: { secretEncrypted: false, previousSecretEncrypted: false },
    });

  setKeys(NEW);
  await expect(verifyAccessKey(basic, "native")).rejects.toThrow(/PREVIOUS_SECRET_KEY/);
  await expect(rotateSecrets()).rejects.toThrow(/AccessKey\/.*\/secretEncrypted was encrypted with another/);

  setKeys(NEW, OLD);
  expect(await verifyAccessKey(basic, "native")).not.toBeNull();
  expect(callbackSecrets(outputId)).toEqual([callbackSecret(outputId), oldCallback]);
  const before = await sealed();
  expect(before.some((text) => text.startsWith(presentPrefix()))).toBe(false);
  expect(await rotateSecrets()).toBe(before.length);
  expect(await rotateSecrets()).toBe(0);

  setKeys(NEW);
  const after = await sealed();
  expect(after).toHaveLength(before.length);
  expect(after.every((text) => text.startsWith(presentPrefix()))).toBe(true);
  expect(await verifyAccessKey(basic, "native")).not.toBeNull();
  expect(openEndpointSecrets(await endpointRow(), new Date())).toEqual([second, first]);
  const { credentialsEncrypted } = await db().output.findUniqueOrThrow({
    where: { id: outputId },
    omit: { credentialsEncrypted: false },
  });
  expect(decryptSecret(credentialsEncrypted ?? "", place)).toBe("s3 secret");

  setKeys(OLD);
  await expect(verifyAccessKey(basic, "native")).rejects.toThrow(/another SECRET_KEY/);
});

test("every column that holds a secret is named so that a rotation finds it", async () => {
  const columns = await db().$queryRaw<{ name: string }[]>`
    SELECT column_name AS name FROM information_schema.columns
    WHERE table_schema = current_schema() AND column_name ~* 'secret|credential|password|token'`;
  // Hashes are not encrypted; `previousSecretUntil` is a time.
  const plain = new Set(["passwordHash", "tokenHash", "previousSecretUntil"]);
  const others = columns
    .map(({ name }) => name)
    .filter((name) => !name.endsWith("Encrypted") && !plain.has(name));
  expect(others).toEqual([]);
});
