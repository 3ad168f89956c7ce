import path from "node:path";

import { expect } from "vitest";

import { manifestFiles, type Manifest } from "#lib/jobs/manifest.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { hashFile } from "#lib/storage/hash-file.ts";
import { filesBelow, type getTaskRow, predefined, type Scene } from "#lib/worker/worker-fixture.ts";

/** Jobs, and what is asked of their results, in tests of worker processes. */

/** Jobs as createTask would make them. */
export const mp4 = () => ({
  template: "System_MP4_H264",
  spec: predefined("System_MP4_H264"),
  primaryPath: "show/clip.mp4",
});
export const hls = () => ({
  template: "System_HLS_H264",
  spec: predefined("System_HLS_H264"),
  primaryPath: "show/50% é #1.m3u8",
});

/** Slow enough, on any machine, to be caught while ffmpeg runs. */
export function slow(): { template: string; spec: EncodeSpec; primaryPath: string } {
  const spec = structuredClone(predefined("System_MP4_H264"));
  if (spec.video !== null) spec.video.preset = "veryslow";
  return { template: "Slow", spec, primaryPath: "show/slow.mp4" };
}

export const isEncoding = (row: Awaited<ReturnType<typeof getTaskRow>>) =>
  row.phase === "transcoding" && (row.jobs[0]?.progress?.percent ?? 0) > 10;

/** Every file is in a manifest with its true size and hashes, and no other file is in the Output. */
export async function assertOnlyManifests(scene: Scene, manifests: Manifest[]): Promise<void> {
  const files = manifests.flatMap(manifestFiles);
  // The journal goes right after the commit that makes the task succeeded.
  const names = files.map((file) => file.path).sort();
  await expect.poll(() => filesBelow(scene.folder), { timeout: 10_000 }).toEqual(names);
  for (const file of files) {
    const { sizeBytes, sha256, md5 } = await hashFile(path.join(scene.folder, file.path));
    expect({ path: file.path, sizeBytes, sha256, md5 }).toEqual({
      path: file.path,
      sizeBytes: file.sizeBytes,
      sha256: file.sha256,
      md5: file.md5,
    });
  }
}
