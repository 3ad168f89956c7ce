import { randomBytes } from "node:crypto";
import { lookup } from "node:dns/promises";
import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { isIP } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";

import { ListObjectsV2Command } from "@aws-sdk/client-s3";

import { getEnv } from "#lib/env.ts";
import { AppError, FailureError } from "#lib/errors.ts";
import { checkAddress } from "#lib/fetch/address-guard.ts";
import { openS3Bucket } from "#lib/storage/open-s3-store.ts";
import { openStore, type StorableOutput, type StoreEnv } from "#lib/storage/open-store.ts";
import type { S3Bucket } from "#lib/storage/s3-bucket.ts";
import { s3Endpoint } from "#lib/storage/s3-client.ts";
import type { S3Credentials } from "#lib/storage/s3-credentials.ts";
import { s3Trouble } from "#lib/storage/s3-failure.ts";
import { S3Store } from "#lib/storage/s3-store.ts";
import type { Store } from "#lib/storage/store.ts";

export const CONNECTION_STEPS = ["resolve", "authenticate", "write", "read", "delete"] as const;
type StepName = (typeof CONNECTION_STEPS)[number];

export type ConnectionStep = {
  step: StepName;
  ok: boolean;
  /** Why not: the server's or the system's code. */
  code?: string;
  /** One sentence more; never a secret. */
  detail?: string;
  ms: number;
  /** Not tried, because an earlier step failed. */
  skipped?: true;
};

/** All steps together. */
const LIMIT_MS = 15_000;
const PROBE = Buffer.from("VOD Console wrote this to test the connection. It may be deleted.\n");

type Steps = Record<StepName, () => Promise<unknown>>;

/**
 * Tries what publishing needs, step by step: the server is found and may be reached (local: the folder lies in
 * OUTPUT_ROOTS and can be made), the credentials are accepted (the folder may be entered), and a small file below the
 * prefix can be written, read back and deleted. After a failure the later steps are skipped. `credentials`: null for a
 * local folder. Takes 15 seconds at most, and never throws for what the storage says.
 */
export async function testConnection(
  output: StorableOutput,
  credentials: S3Credentials | null,
  env: StoreEnv = getEnv(),
): Promise<ConnectionStep[]> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const steps = output.type === "s3" ? s3Steps(output, credentials, env) : localSteps(output, env);
  const results: ConnectionStep[] = [];
  for (const step of CONNECTION_STEPS) {
    if (results.some((earlier) => !earlier.ok)) results.push({ step, ok: false, ms: 0, skipped: true });
    else results.push(await tryStep(step, steps[step], signal));
  }
  return results;
}

async function tryStep(
  step: StepName,
  work: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<ConnectionStep> {
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  try {
    await withLimit(work, signal);
    return { step, ok: true, ms: elapsed() };
  } catch (error) {
    return { step, ok: false, ...reasonOf(error), ms: elapsed() };
  }
}

/** The work goes on behind our back when time is up; what it says then is nobody's any more. */
async function withLimit(work: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) throw tooLate();
  let stop = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    stop = () => reject(tooLate());
    signal.addEventListener("abort", stop, { once: true });
  });
  try {
    await Promise.race([work(), late]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function localSteps(output: StorableOutput, env: StoreEnv): Steps {
  const folder = path.join(path.resolve(output.folder ?? ""), output.prefix);
  let store: Store;
  return {
    resolve: async () => {
      store = openStore(output, env);
      await mkdir(folder, { recursive: true });
    },
    authenticate: () => access(folder, constants.R_OK | constants.W_OK | constants.X_OK),
    ...fileSteps(() => store),
  };
}

function s3Steps(output: StorableOutput, credentials: S3Credentials | null, env: StoreEnv): Steps {
  let bucket: S3Bucket;
  return {
    resolve: () => resolveHost(output, env),
    authenticate: async () => {
      if (credentials === null)
        throw new StepError("NoCredentials", "The Output has no access key and no secret.");
      bucket = openS3Bucket(output, credentials, env, { patienceMs: 0 });
      await authenticate(bucket, output.prefix);
    },
    ...fileSteps(() => new S3Store(bucket, output.prefix)),
  };
}

async function resolveHost(output: StorableOutput, env: StoreEnv): Promise<void> {
  const url = s3Endpoint(output);
  const port = Number(url.port === "" ? (url.protocol === "https:" ? 443 : 80) : url.port);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const addresses =
    isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host];
  for (const address of addresses) checkAddress(address, port, env);
}

/** A key that may write need not be one that may list: that answer, too, proves who is asking. */
async function authenticate(bucket: S3Bucket, prefix: string): Promise<void> {
  const input = { Bucket: bucket.name, Prefix: prefix, MaxKeys: 1 };
  try {
    await bucket.ask((abortSignal) => bucket.client.send(new ListObjectsV2Command(input), { abortSignal }));
  } catch (error) {
    const cause = error instanceof Error ? s3Trouble(error.cause) : null;
    if (cause?.code !== "AccessDenied") throw error;
  }
}

function fileSteps(store: () => Store): Pick<Steps, "write" | "read" | "delete"> {
  const name = `.vod-console-test-${randomBytes(6).toString("hex")}`;
  return {
    write: () => store().putBytes(name, PROBE, "text/plain"),
    read: async () => {
      const found = await buffer(await store().read(name));
      if (!found.equals(PROBE)) throw new StepError("Changed", "What was read back is not what was written.");
    },
    delete: async () => {
      await store().delete(name);
      if ((await store().head(name)) !== null)
        throw new StepError("NotDeleted", "The file is still there after it was deleted.");
    },
  };
}

class StepError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "StepError";
    this.code = code;
  }
}

const tooLate = () => new StepError("Timeout", `The test was ended after ${LIMIT_MS / 1000} seconds.`);

function reasonOf(error: unknown): { code: string; detail: string } {
  if (error instanceof AppError) return { code: "Unavailable", detail: error.message };
  if (error instanceof FailureError) {
    const trouble = s3Trouble(error.cause);
    if (trouble !== null) return { code: trouble.code, detail: trouble.detail };
    const { code, evidence, params } = error.failure;
    return { code: codeOf(error.cause) ?? code, detail: evidence[0] ?? String(params["reason"] ?? code) };
  }
  const trouble = s3Trouble(error);
  if (trouble !== null) return { code: trouble.code, detail: trouble.detail };
  // The system's message may end with a path of the machine, which is nobody's business.
  const message =
    error instanceof Error
      ? error.message.replace(/,? ?\b(?:open|mkdir|access|rm)? ?'.*$/s, "")
      : String(error);
  return { code: codeOf(error) ?? "Unknown", detail: message };
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : null;
}
