import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Parser } from "m3u8-parser";
import { parse as parseMpd } from "mpd-parser";
import { afterAll, expect, it } from "vitest";
import { PREDEFINED_SPECS } from "#lib/media/predefined-specs.ts";
import { Clips, predefined, produceAll } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

it("every predefined template gives verified files that independent parsers read", async () => {
  const source = clips.plain("source.mp4", { size: "320x180", seconds: 2, fps: 24 });
  const names = PREDEFINED_SPECS.map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(16);
  for (const name of names)
    expect(name).toMatch(/^System_(MP4|HLS|DASH|CMAF|WebM|TS|MKV|Audio)(_[A-Za-z0-9]+)+$/);
  const made = await produceAll(
    source,
    Object.fromEntries(names.map((name) => [name, predefined(name)])),
    clips.path("work"),
  );
  expect(made.map(({ plan }) => plan.key)).toEqual(names);
  for (const { dir, plan, packaged, verified } of made) {
    expect(verified.primary.durationSeconds).toBeCloseTo(2, 0);
    const manifests = packaged.files.filter(({ path }) => path.endsWith(".mpd"));
    expect([plan.key, manifests.length]).toEqual([plan.key, /_(DASH|CMAF)_/.test(plan.key) ? 1 : 0]);
    for (const { path } of manifests) {
      const manifest = parseMpd(readFileSync(join(dir, path), "utf8"), {
        manifestUri: `http://host/${path}`,
      });
      const segments = manifest.playlists.flatMap((playlist) => playlist.segments);
      const files = new Set(packaged.files.map((file) => file.path));
      for (const segment of segments)
        expect(files).toContain(decodeURIComponent(new URL(segment.resolvedUri).pathname.slice(1)));
    }
    if (!packaged.primary.endsWith(".m3u8")) continue;
    const parser = new Parser();
    parser.push(readFileSync(join(dir, packaged.primary), "utf8"));
    parser.end();
    expect(parser.manifest.playlists.length).toBeGreaterThan(0);
  }
});
