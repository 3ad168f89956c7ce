import { randomBytes } from "node:crypto";

import { beforeAll } from "vitest";

import { S3Store } from "#lib/storage/s3-store.ts";
import { testStore } from "#lib/storage/store-contract.ts";
import { makeBucket, type TestBucket } from "#lib/storage/test-s3.ts";

let bucket: TestBucket;
beforeAll(async () => {
  bucket = await makeBucket();
});

testStore("S3Store", async () => new S3Store(bucket.open(), `${randomBytes(6).toString("hex")}/`));
