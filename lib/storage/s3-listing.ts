import {
  type _Object as ListedObject,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from "@aws-sdk/client-s3";

import type { S3Bucket } from "#lib/storage/s3-bucket.ts";

/** Every object whose key starts with `prefix`. */
export async function* listObjects(
  bucket: S3Bucket,
  prefix: string,
): AsyncGenerator<{ key: string; object: ListedObject }> {
  for await (const page of pages(bucket, prefix))
    for (const object of page.Contents ?? []) yield { key: decodeKey(object.Key), object };
}

/** The next names after `prefix`, up to a slash, of keys that have one there. */
export async function listSubfolders(bucket: S3Bucket, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of pages(bucket, prefix, "/")) {
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      const name = decodeKey(Prefix).slice(prefix.length, -1);
      if (name !== "") names.push(name);
    }
  }
  return names;
}

/** Every upload in parts that is neither complete nor aborted, of keys that start with `prefix`. */
export async function* listUploads(
  bucket: S3Bucket,
  prefix: string,
): AsyncGenerator<{ key: string; uploadId: string; startedAt: Date }> {
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (from !== undefined) {
    const input = { Bucket: bucket.name, Prefix: prefix, EncodingType: "url" as const, ...from };
    const page: ListMultipartUploadsCommandOutput = await bucket.ask((abortSignal) =>
      bucket.client.send(new ListMultipartUploadsCommand(input), { abortSignal }),
    );
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (UploadId !== undefined && Initiated !== undefined)
        yield { key: decodeKey(Key), uploadId: UploadId, startedAt: Initiated };
    }
    from =
      page.IsTruncated === true && page.NextKeyMarker !== undefined
        ? { KeyMarker: decodeKey(page.NextKeyMarker), UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
  }
}

async function* pages(
  bucket: S3Bucket,
  prefix: string,
  delimiter?: string,
): AsyncGenerator<ListObjectsV2CommandOutput> {
  let token: string | undefined;
  do {
    const input = {
      ...{ Bucket: bucket.name, Prefix: prefix, EncodingType: "url" as const },
      ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    };
    const page = await bucket.ask((abortSignal) =>
      bucket.client.send(new ListObjectsV2Command(input), { abortSignal }),
    );
    yield page;
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

/** Keys of a listing come percent-encoded (EncodingType): XML has no way to write every character. */
function decodeKey(key: string | undefined): string {
  return decodeURIComponent((key ?? "").replaceAll("+", " "));
}
