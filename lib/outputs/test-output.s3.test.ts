import { afterAll, beforeAll, expect, test } from "vitest";

import { resetEnv } from "#lib/env.ts";
import { createOutput } from "#lib/outputs/create-output.ts";
import { getOutputDetail } from "#lib/outputs/get-output-detail.ts";
import { testOutput, testOutputSettings } from "#lib/outputs/test-output.ts";
import { updateOutput } from "#lib/outputs/update-output.ts";
import { makeTestProject, type TestProject } from "#lib/projects/test-project.ts";
import { makeBucket, type TestBucket } from "#lib/storage/test-s3.ts";

let project: TestProject;
let bucket: TestBucket;
const before = process.env["ALLOWED_PRIVATE_CIDRS"];

beforeAll(async () => {
  process.env["ALLOWED_PRIVATE_CIDRS"] = "127.0.0.0/8";
  resetEnv();
  [project, bucket] = await Promise.all([makeTestProject(), makeBucket()]);
});
afterAll(() => {
  if (before === undefined) delete process.env["ALLOWED_PRIVATE_CIDRS"];
  else process.env["ALLOWED_PRIVATE_CIDRS"] = before;
  resetEnv();
});

const settings = (changes: Record<string, unknown> = {}) => ({
  type: "s3",
  name: "bucket",
  endpoint: bucket.endpoint,
  bucket: bucket.name,
  prefix: "vod",
  accessKeyId: bucket.credentials.accessKeyId,
  secretAccessKey: bucket.credentials.secretAccessKey,
  ...changes,
});

test("a bucket passes five steps with the stored keys; wrong ones fail at signing in and say so", async () => {
  const ctx = project.ctx("admin");
  const { id } = await createOutput(ctx, settings());
  const passed = await testOutput(ctx, id);
  expect(passed.steps.map(({ step, ok }) => [step, ok])).toEqual([
    ["resolve", true],
    ["authenticate", true],
    ["write", true],
    ["read", true],
    ["delete", true],
  ]);
  expect((await getOutputDetail(ctx, id)).lastTest).toEqual(passed);

  // Laid over what is saved: the stored keys go with another bucket's name.
  const elsewhere = await testOutputSettings(ctx, { outputId: id, bucket: `${bucket.name}-not` });
  expect(elsewhere.steps.find(({ ok }) => !ok)).toMatchObject({ code: "NoSuchBucket" });

  const wrong = { accessKeyId: bucket.credentials.accessKeyId, secretAccessKey: "canary-wrong-secret" };
  expect((await updateOutput(ctx, id, wrong)).lastTest).toBeNull();
  const failed = await testOutput(ctx, id);
  expect(failed.outcome).toBe("failed");
  expect(failed.steps.slice(0, 2)).toMatchObject([
    { step: "resolve", ok: true },
    { step: "authenticate", ok: false, code: "SignatureDoesNotMatch" },
  ]);
  expect(JSON.stringify([failed, await getOutputDetail(ctx, id)])).not.toContain("canary-wrong");
});
