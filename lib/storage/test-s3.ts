import { randomBytes } from "node:crypto";

import { CreateBucketCommand, ListMultipartUploadsCommand, type S3Client } from "@aws-sdk/client-s3";
import { inject } from "vitest";

import { db } from "#lib/db/client.ts";
import { newId } from "#lib/ids.ts";
import type { StorableOutput } from "#lib/storage/open-store.ts";
import { S3Bucket } from "#lib/storage/s3-bucket.ts";
import { makeS3Client } from "#lib/storage/s3-client.ts";
import { type S3Credentials, sealS3Credentials } from "#lib/storage/s3-credentials.ts";

/** What tests with the S3 server share. */

export const LOOPBACK = { allowedPrivateCidrs: ["127.0.0.0/8"] };

export type TestBucket = {
  name: string;
  endpoint: string;
  credentials: S3Credentials;
  client: S3Client;
  /** For a store; without patience unless a test is about it. */
  open: (options?: { patienceMs?: number }) => S3Bucket;
  /** Keys of uploads that are neither complete nor aborted. */
  unfinished: () => Promise<string[]>;
};

/** A new bucket on this run's server. */
export async function makeBucket(): Promise<TestBucket> {
  const { endpoint, ...credentials } = inject("testS3");
  const name = `tests-${randomBytes(6).toString("hex")}`;
  const client = makeS3Client({ endpoint, region: "", forcePathStyle: true }, credentials, LOOPBACK);
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return {
    name,
    endpoint,
    credentials,
    client,
    open: (options = { patienceMs: 0 }) =>
      new S3Bucket(client, { bucket: name, outputName: "media", host: new URL(endpoint).host, ...options }),
    unfinished: async () => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: name }));
      return Uploads.map(({ Key }) => Key ?? "").sort();
    },
  };
}

/** The row of an Output in this bucket, not in the database. */
export function storableOutput(bucket: TestBucket, changes: Partial<StorableOutput> = {}): StorableOutput {
  const id = newId();
  return {
    id,
    name: "media",
    type: "s3",
    folder: null,
    prefix: "vod/",
    endpoint: bucket.endpoint,
    region: "",
    bucket: bucket.name,
    forcePathStyle: true,
    credentialsEncrypted: sealS3Credentials(changes.id ?? id, bucket.credentials),
    ...changes,
  };
}

/** An Output in this bucket, in a project of the database. */
export async function insertOutput(
  projectId: string,
  bucket: TestBucket,
  changes: Partial<StorableOutput> = {},
): Promise<StorableOutput> {
  const output = storableOutput(bucket, changes);
  await db().output.create({ data: { ...output, projectId } });
  return output;
}
