import { createHash } from "node:crypto";

import type { S3Client } from "@aws-sdk/client-s3";

import { AppError } from "#lib/errors.ts";
import type { AddressPolicy } from "#lib/fetch/address-guard.ts";
import type { StorableOutput } from "#lib/storage/open-store.ts";
import { S3Bucket } from "#lib/storage/s3-bucket.ts";
import { makeS3Client, s3Endpoint } from "#lib/storage/s3-client.ts";
import { openS3Credentials, type S3Credentials } from "#lib/storage/s3-credentials.ts";
import { S3Store } from "#lib/storage/s3-store.ts";

/** A client keeps its connections; a player asks for hundreds of segments of one Output. */
const MOST_CLIENTS = 50;

type S3Output = Omit<StorableOutput, "type" | "folder">;

/**
 * The store of an Output of type `s3`.
 * @throws {AppError} `unavailable` when it has no credentials, or they were sealed with another SECRET_KEY
 */
export function openS3Store(
  output: S3Output,
  policy: AddressPolicy,
  options: { patienceMs?: number } = {},
): S3Store {
  return new S3Store(openS3Bucket(output, readCredentials(output), policy, options), output.prefix);
}

/** The bucket of an Output, with these credentials. `patienceMs`: see S3Bucket. */
export function openS3Bucket(
  output: S3Output,
  credentials: S3Credentials,
  policy: AddressPolicy,
  options: { patienceMs?: number } = {},
): S3Bucket {
  const { bucket, name: outputName } = output;
  const client = rememberedClient(output, credentials, policy);
  return new S3Bucket(client, { bucket, outputName, host: s3Endpoint(output).host, ...options });
}

function readCredentials({ id, name, credentialsEncrypted }: S3Output): S3Credentials {
  if (credentialsEncrypted === null)
    throw new AppError(
      "unavailable",
      `The Output ${name} has no credentials. Ask an admin to add its access key.`,
    );
  try {
    return openS3Credentials(id, credentialsEncrypted);
  } catch (cause) {
    const message = `The credentials of the Output ${name} cannot be read with this SECRET_KEY. Ask an admin to replace them.`;
    throw new AppError("unavailable", message, { cause });
  }
}

function rememberedClient(output: S3Output, credentials: S3Credentials, policy: AddressPolicy): S3Client {
  const clients = theClients();
  const { endpoint, region, forcePathStyle } = output;
  const what = [endpoint, region, forcePathStyle, credentials, policy.allowedPrivateCidrs];
  const key = createHash("sha256").update(JSON.stringify(what)).digest("base64");
  const known = clients.get(key);
  const client = known ?? makeS3Client({ endpoint, region, forcePathStyle }, credentials, policy);
  clients.delete(key);
  clients.set(key, client);
  for (const oldest of clients.keys()) {
    if (clients.size <= MOST_CLIENTS) break;
    // Not destroyed: somebody may be reading by it. Its idle connections end with the server's patience.
    clients.delete(oldest);
  }
  return client;
}

function theClients(): Map<string, S3Client> {
  const shared = globalThis as typeof globalThis & { vodS3Clients?: Map<string, S3Client> };
  return (shared.vodS3Clients ??= new Map<string, S3Client>());
}
