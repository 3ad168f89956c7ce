import { recordAudit } from "#lib/audit/record-audit.ts";
import { requireRole, type Ctx } from "#lib/context.ts";
import { db, type Tx } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { isUniqueViolation } from "#lib/db/is-unique-violation.ts";
import { AppError } from "#lib/errors.ts";
import { claimFolder } from "#lib/outputs/claim-folder.ts";
import { refusePrivateAddresses } from "#lib/outputs/create-output.ts";
import { getOutputDetail, isPlaceFixed } from "#lib/outputs/get-output-detail.ts";
import type { OwnOutputRow } from "#lib/outputs/list-output-summaries.ts";
import { lockOwnOutput } from "#lib/outputs/lock-own-output.ts";
import { nameTaken } from "#lib/outputs/name-taken.ts";
import { changedFacts, outputFacts } from "#lib/outputs/output-facts.ts";
import { changedOutputSchema, type ChangedOutput } from "#lib/outputs/schema.ts";
import type { OutputDetail } from "#lib/outputs/view.ts";
import { invalidField, parseInput } from "#lib/parse-input.ts";
import { sealS3Credentials } from "#lib/storage/s3-credentials.ts";

/**
 * Changes the given settings of an Output; the others stay. The keys stay unless both are given. While tasks on record
 * have files in it, folder, bucket and prefix stay as they are (docs/decisions/041); endpoint, region and address style
 * may change, because a server gets another name now and then. Role admin.
 * @throws {AppError} `not_found`, `invalid_input`, `conflict` (the place is fixed, the Output is archived, or the name is
 * taken)
 */
export async function updateOutput(ctx: Ctx, outputId: string, input: unknown): Promise<OutputDetail> {
  requireRole(ctx, "admin");
  let name = "";
  try {
    await db().$transaction(async (tx) => {
      const row = await lockOwnOutput(tx, ctx, outputId);
      if (row.archivedAt !== null)
        throw new AppError("conflict", "This Output is archived. Unarchive it first, then change it.");
      const wanted = mergedChange(row, input);
      name = wanted.name;
      await saveChange(tx, ctx, row, wanted);
    });
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    throw nameTaken(name, thrown);
  }
  return getOutputDetail(ctx, outputId);
}

/** What the Output would be: the given fields over those that it has. @throws {AppError} `invalid_input` */
export function mergedChange(row: OwnOutputRow, input: unknown): ChangedOutput {
  const given = typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
  const { name, type, publicBaseUrl, callbackUrl } = row;
  const { endpoint, region, bucket, prefix, forcePathStyle } = row;
  const place =
    type === "local" ? { folder: row.folder } : { endpoint, region, bucket, prefix, forcePathStyle };
  const merged = { type, name, publicBaseUrl, callbackUrl, ...place, ...given };
  if (merged.type !== type)
    throw invalidField("type", "An Output's type stays. Add a new one, and archive this one.");
  return parseInput(changedOutputSchema, merged);
}

async function saveChange(tx: Tx, ctx: Ctx, row: OwnOutputRow, wanted: ChangedOutput): Promise<void> {
  const settings = await settingsOf(tx, row, wanted);
  const keys = keysOf(wanted);
  const facts = changedFacts(outputFacts(row), outputFacts({ ...row, ...settings }));
  // Only an address that is new is judged: one that was allowed when it was saved stays until it is called.
  refusePrivateAddresses({
    ...(settings.endpoint != null && settings.endpoint !== row.endpoint && { endpoint: settings.endpoint }),
    callbackUrl: settings.callbackUrl === row.callbackUrl ? null : settings.callbackUrl,
  });
  const isCallbackNew = settings.callbackUrl !== row.callbackUrl;
  if (Object.keys(facts.after).length === 0 && keys === null && !isCallbackNew) return;
  const movedTo = placeFields(row, settings);
  if (movedTo !== null && (await isPlaceFixed(tx, row.id))) throw placeFixed(movedTo);
  const isUntested = keys !== null || CONNECTION.some((name) => settings[name] !== row[name]);
  await tx.output.update({
    where: { id: row.id },
    data: {
      ...settings,
      ...(keys && { credentialsEncrypted: sealS3Credentials(row.id, keys) }),
      ...(isUntested && { lastTest: Prisma.DbNull, lastTestAt: null }),
    },
  });
  await recordAudit(tx, ctx, {
    action: "output.update",
    object: { kind: "output", id: row.id, name: row.name },
    before: facts.before,
    after: { ...facts.after, ...(keys && { accessKeyReplaced: true }) },
  });
}

/** What a test of the connection is about. */
const CONNECTION = ["folder", "endpoint", "region", "bucket", "prefix", "forcePathStyle"] as const;
const PLACE = ["folder", "bucket", "prefix"] as const;

type Settings = Pick<OwnOutputRow, "name" | "publicBaseUrl" | "callbackUrl" | (typeof CONNECTION)[number]>;

async function settingsOf(tx: Tx, row: OwnOutputRow, wanted: ChangedOutput): Promise<Settings> {
  const { name, publicBaseUrl, callbackUrl } = wanted;
  const { folder, endpoint, region, bucket, prefix, forcePathStyle } = row;
  const kept = { folder, endpoint, region, bucket, prefix, forcePathStyle };
  if (wanted.type === "s3")
    return {
      ...kept,
      name,
      publicBaseUrl,
      callbackUrl,
      endpoint: wanted.endpoint,
      region: wanted.region,
      bucket: wanted.bucket,
      prefix: wanted.prefix,
      forcePathStyle: wanted.forcePathStyle,
    };
  const claim = { ...wanted, projectId: row.projectId, exceptId: row.id };
  const isSame = wanted.folder === row.folder;
  return {
    ...kept,
    name,
    publicBaseUrl,
    callbackUrl,
    folder: isSame ? folder : await claimFolder(tx, claim),
  };
}

function keysOf(wanted: ChangedOutput): { accessKeyId: string; secretAccessKey: string } | null {
  if (wanted.type !== "s3" || !wanted.accessKeyId || !wanted.secretAccessKey) return null;
  return { accessKeyId: wanted.accessKeyId, secretAccessKey: wanted.secretAccessKey };
}

/** The first part of the place that differs; null when none does. */
function placeFields(row: OwnOutputRow, settings: Settings): (typeof PLACE)[number] | null {
  return PLACE.find((name) => settings[name] !== row[name]) ?? null;
}

function placeFixed(field: string): AppError {
  const message =
    "Tasks have files in this Output, and its folder, bucket and prefix stay with them. Add a new Output and archive this one.";
  return new AppError("conflict", message, { issues: [{ path: field, message }] });
}
