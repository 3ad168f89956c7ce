import type { TestProject } from "vitest/node";

import { type S3TestServer, startRadosgw } from "#lib/launcher/radosgw.ts";
import { ensureRadosgw } from "#lib/launcher/radosgw-packages.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The S3 server of this run. */
    testS3: S3TestServer;
  }
}

/** Vitest's global set-up for tests with an S3 server: one for the whole run, gone afterwards. */
export default async function startTestS3(project: TestProject): Promise<() => Promise<void>> {
  const unpacked = await ensureRadosgw();
  if (unpacked === undefined)
    throw new Error(
      "These tests need the packages radosgw, ceph-mon and ceph-osd of Debian 12 or Ubuntu 22.04.",
    );
  const { stop, ...server } = await startRadosgw(unpacked);
  project.provide("testS3", server);
  return stop;
}
