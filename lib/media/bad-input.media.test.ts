import { readFileSync, truncateSync, writeFileSync, copyFileSync, statSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { probeMedia } from "#lib/media/probe.ts";
import { runTool } from "#lib/media/run-tool.ts";
import { untrustedInputArgs } from "#lib/media/input-args.ts";
import { Clips, predefined, produce, realTools } from "#lib/media/test-pipeline.ts";

const clips = new Clips();
afterAll(() => clips.remove());

function text(name: string, content: string | Buffer): string {
  writeFileSync(clips.path(name), content);
  return clips.path(name);
}

const probing = async (path: string) => probeMedia(path, (await realTools()).tools);

describe("what is not media", () => {
  it.each([
    ["an empty file", "empty.mp4", "", { mime: "application/x-empty", detail: "empty" }],
    [
      "a web page",
      "page.mp4",
      "<!DOCTYPE html><html><body>Sign in</body></html>",
      { mime: "text/html", detail: "html" },
    ],
    ["text", "text.mp4", "These are words, not pictures.\n", { mime: "text/plain", detail: "text" }],
    ["JSON", "api.mp4", '{"error":"expired"}', { mime: "application/json", detail: "text" }],
    [
      "a ZIP",
      "zip.mp4",
      Buffer.from("PK\x03\x04\x14\x00\x00\x00\xff\xfe"),
      { mime: "application/zip", detail: "unrecognised" },
    ],
    [
      "a DASH manifest",
      "dash.mp4",
      '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
      { mime: "application/dash+xml", detail: "playlist" },
    ],
    ["zeros", "zero.mp4", Buffer.alloc(5000), { mime: "application/x-empty", detail: "empty" }],
  ])("%s is named as what it is", async (_what, name, content, params) => {
    await expect(probing(text(name, content))).rejects.toMatchObject({
      failure: { code: "INPUT_NOT_MEDIA", params },
    });
  });

  it("evidence names no folder of the worker and no address", async () => {
    const failure = await probing(
      text("noise.mp4", Buffer.from("\x01\x02\xff\xfe".repeat(500), "latin1")),
    ).catch((error: unknown) => error);
    const evidence = JSON.stringify((failure as { failure: { evidence: string[] } }).failure.evidence);
    expect(evidence).not.toContain(clips.folder);
    expect(evidence).not.toMatch(/0x[0-9a-f]{6}/);
  });
});

describe("a playlist that points at somebody else's video", () => {
  it.each([
    [
      "HLS",
      (victim: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\nfile://${victim}\n#EXT-X-ENDLIST\n`,
    ],
    ["HLS, relative", () => "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:3,\nvictim.mp4\n#EXT-X-ENDLIST\n"],
    ["ffconcat", () => "ffconcat version 1.0\nfile 'victim.mp4'\n"],
    [
      "DASH",
      (victim: string) =>
        `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT3S"><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>file://${victim}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    ],
  ])("%s: is refused, and the flags alone already keep ffmpeg from it", async (_kind, content) => {
    const victim = clips.plain("victim.mp4", { size: "320x180", seconds: 3 });
    const path = text("attack.mp4", content(victim));
    await expect(probing(path)).rejects.toMatchObject({
      failure: { code: "INPUT_NOT_MEDIA", params: { detail: "playlist" } },
    });

    const { tools } = await realTools();
    const lines: string[] = [];
    // The victim is in the sandbox here, so that only the input flags stand between it and the playlist.
    const result = await runTool({
      tool: "ffmpeg",
      args: ["-nostdin", "-loglevel", "debug", ...untrustedInputArgs(path), "-f", "null", "-"],
      tools,
      readPaths: [path, victim],
      timeoutSeconds: 20,
      onLine: (line) => lines.push(line),
    });
    expect(result.exitCode).not.toBe(0);
    expect(lines.filter((line) => line.includes("Opening") && line.includes("victim"))).toEqual([]);
  });
});

describe("media that cannot give what was asked", () => {
  it("an MP4 cut before its index says how much is missing", async () => {
    const whole = clips.plain("whole.mp4");
    const late = clips.make("late.mp4", "-i", whole, "-c", "copy");
    truncateSync(late, 200_000);
    await expect(probing(late)).rejects.toMatchObject({
      failure: { code: "INPUT_TRUNCATED", params: { got: "200.0 kB" } },
    });
  });

  it.each(["System_MP4_H264", "System_HLS_H264"])(
    "an MP4 cut in the middle fails %s though ffmpeg exits with 0",
    async (name) => {
      const whole = clips.plain("to-halve.mp4");
      const cut = clips.path("half.mp4");
      copyFileSync(whole, cut);
      truncateSync(cut, Math.round(statSync(whole).size * 0.5));
      const failure = await produce(cut, predefined(name), clips.path("w-cut")).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ failure: { code: "INPUT_TRUNCATED", params: { expected: "3.0 s" } } });
      expect((failure as { failure: { evidence: string[] } }).failure.evidence.length).toBeGreaterThan(0);
    },
  );

  it("damage in the middle is a warning when everything else came out", async () => {
    const path = clips.plain("scratched.mp4", { size: "320x180" });
    const bytes = readFileSync(path);
    // In several places: one alone may lie where the decoder does not mind.
    for (const share of [0.4, 0.6, 0.8]) {
      const at = Math.round(bytes.length * share);
      bytes.fill(0xa5, at, at + 400);
    }
    writeFileSync(path, bytes);
    const { plan } = await produce(path, predefined("System_MP4_H264"), clips.path("w-scratched"));
    expect(plan.warnings.map(({ code }) => code)).toContain("source_damaged");
  });

  it("sound alone with a video template", async () => {
    const source = clips.make("sound.m4a", "-f", "lavfi", "-i", "sine=440:d=1", "-c:a", "aac");
    await expect(produce(source, predefined("System_MP4_H264"), clips.path("w-sound"))).rejects.toMatchObject(
      {
        failure: { code: "INPUT_NO_VIDEO", params: { streams: "audio (aac)" } },
      },
    );
  });

  it("pictures alone with an audio template", async () => {
    const source = clips.make(
      "pictures.mp4",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=320x180:d=1",
      "-c:v",
      "libx264",
    );
    await expect(
      produce(source, predefined("System_Audio_AAC"), clips.path("w-pictures")),
    ).rejects.toMatchObject({
      failure: { code: "INPUT_NO_AUDIO", params: { streams: "video (h264)" } },
    });
  });

  it("an encrypted MP4", async () => {
    const source = clips.make(
      "locked.mp4",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=320x180:d=1",
      "-c:v",
      "libx264",
      "-encryption_scheme",
      "cenc-aes-ctr",
      "-encryption_key",
      "76a6c65c5ea762046bd749a2e632ccbb",
      "-encryption_kid",
      "a7e61c373e219033c21091fa607bf3b8",
    );
    const failure = await produce(source, predefined("System_MP4_H264"), clips.path("w-locked")).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ failure: { code: "INPUT_PROTECTED" } });
  });

  it("a picture of 16000 × 9000 is refused quickly", async () => {
    const source = clips.make(
      "huge.mkv",
      "-f",
      "lavfi",
      "-i",
      "color=s=16000x9000:r=1:d=1",
      "-frames:v",
      "1",
      "-c:v",
      "mjpeg",
    );
    const failure = await produce(source, predefined("System_MP4_H264"), clips.path("w-huge")).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      failure: { code: "INPUT_TOO_LARGE", params: { size: "16000x9000", limit: "8192x4320" } },
    });
  });
});
