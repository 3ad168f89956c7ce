import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { newId, readId } from "#lib/ids.ts";
import { checkFolder } from "#lib/outputs/claim-folder.ts";
import { refusePrivateAddresses } from "#lib/outputs/create-output.ts";
import type { OwnOutputRow } from "#lib/outputs/list-output-summaries.ts";
import { createOutputSchema, type ChangedOutput, type WantedOutput } from "#lib/outputs/schema.ts";
import { testOutcome } from "#lib/outputs/test-outcome.ts";
import { mergedChange } from "#lib/outputs/update-output.ts";
import type { OutputTest, TestStep } from "#lib/outputs/view.ts";
import { parseInput } from "#lib/parse-input.ts";
import type { StorableOutput } from "#lib/storage/open-store.ts";
import { openS3Credentials, type S3Credentials } from "#lib/storage/s3-credentials.ts";
import { testConnection } from "#lib/storage/test-connection.ts";

/**
 * Tries an Output out as it is saved: finds it, signs in, writes a small file, reads it back, deletes it. The result is
 * kept with the Output, unless its connection was changed meanwhile. A failed step is an answer, not an error. Role admin.
 * @throws {AppError} `not_found`
 */
export async function testOutput(ctx: Ctx, outputId: string): Promise<OutputTest> {
  requireRole(ctx, "admin");
  const row = await findWithKeys(ctx, outputId);
  const test = await run(row, storedKeys(row));
  await db().$transaction(async (tx) => {
    await tx.output.updateMany({
      where: {
        id: row.id,
        projectId: ctx.projectId,
        folder: row.folder,
        endpoint: row.endpoint,
        region: row.region,
        bucket: row.bucket,
        prefix: row.prefix,
        forcePathStyle: row.forcePathStyle,
        credentialsEncrypted: row.credentialsEncrypted,
      },
      data: { lastTest: test.steps, lastTestAt: test.at },
    });
    await recordTest(tx, ctx, { id: row.id, name: row.name }, test);
  });
  return test;
}

/**
 * Tries out settings that are not saved. With `outputId` they are laid over that Output's, whose stored keys are used
 * unless both are given; without it they are a whole new Output. Nothing is kept but an audit entry. Role admin.
 * @throws {AppError} `invalid_input`, `not_found`
 */
export async function testOutputSettings(ctx: Ctx, input: unknown): Promise<OutputTest> {
  requireRole(ctx, "admin");
  const { outputId, settings } = splitInput(input);
  const row = outputId === null ? null : await findWithKeys(ctx, outputId);
  const wanted: WantedOutput | ChangedOutput =
    row === null ? parseInput(createOutputSchema, settings) : mergedChange(row, settings);
  refusePrivateAddresses(wanted);
  if (wanted.type === "local" && wanted.folder !== row?.folder) {
    const { name, folder } = wanted;
    await checkFolder(db(), { name, folder, projectId: ctx.projectId, ...(row && { exceptId: row.id }) });
  }
  const test = await run(
    toStorable(row?.id ?? newId(), wanted),
    givenKeys(wanted) ?? (row && storedKeys(row)),
  );
  await recordTest(db(), ctx, { id: row?.id ?? null, name: wanted.name }, test);
  return test;
}

type KeyedRow = OwnOutputRow & { credentialsEncrypted: string | null };

async function findWithKeys(ctx: Ctx, outputId: string): Promise<KeyedRow> {
  const id = readId("output", outputId);
  const row =
    id === null
      ? null
      : await db().output.findFirst({
          where: { id, projectId: ctx.projectId },
          omit: { credentialsEncrypted: false },
        });
  if (row === null) throw new AppError("not_found", "There is no such Output in this project.");
  return row;
}

async function run(output: StorableOutput, keys: S3Credentials | null): Promise<OutputTest> {
  const at = new Date().toISOString();
  const steps: TestStep[] = await testConnection(output, keys);
  return { at, outcome: testOutcome(steps), steps };
}

async function recordTest(
  client: Parameters<typeof recordAudit>[0],
  ctx: Ctx,
  output: { id: string | null; name: string },
  test: OutputTest,
): Promise<void> {
  const failed = test.steps.find(({ ok, skipped }) => !ok && !skipped);
  await recordAudit(client, ctx, {
    action: "output.test",
    object: { kind: "output", ...output },
    after: { outcome: test.outcome, ...(failed && { step: failed.step, error: failed.code ?? "unknown" }) },
  });
}

function splitInput(input: unknown): { outputId: string | null; settings: unknown } {
  if (typeof input !== "object" || input === null || !("outputId" in input))
    return { outputId: null, settings: input };
  const { outputId, ...settings } = input;
  return { outputId: typeof outputId === "string" ? outputId : "", settings };
}

function storedKeys({ id, credentialsEncrypted }: KeyedRow): S3Credentials | null {
  return credentialsEncrypted === null ? null : openS3Credentials(id, credentialsEncrypted);
}

function givenKeys(wanted: WantedOutput | ChangedOutput): S3Credentials | null {
  if (wanted.type !== "s3" || !wanted.accessKeyId || !wanted.secretAccessKey) return null;
  return { accessKeyId: wanted.accessKeyId, secretAccessKey: wanted.secretAccessKey };
}

function toStorable(id: string, wanted: WantedOutput | ChangedOutput): StorableOutput {
  const { name, type } = wanted;
  const nothing = { folder: null, endpoint: null, region: "", bucket: "", prefix: "", forcePathStyle: true };
  const base = { id, name, type, ...nothing, credentialsEncrypted: null };
  if (wanted.type === "local") return { ...base, folder: wanted.folder };
  const { endpoint, region, bucket, prefix, forcePathStyle } = wanted;
  return { ...base, endpoint, region, bucket, prefix, forcePathStyle };
}
