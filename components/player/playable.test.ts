import { describe, expect, it } from "vitest";

import { playMethod, unplayableCodec } from "#components/player/playable.ts";

const video = (codec: string) => ({ kind: "video" as const, codec });
const audio = (codec: string) => ({ kind: "audio" as const, codec });
const h264Only = (type: string) => type.includes("avc1") || type.includes("mp4a");

describe("unplayableCodec", () => {
  it("is null when every kind of stream has a codec that the browser knows", () => {
    expect(unplayableCodec([video("h264"), audio("aac")], h264Only)).toBeNull();
  });

  it("names the video codec that the browser lacks", () => {
    expect(unplayableCodec([video("h265"), audio("aac")], h264Only)).toBe("h265");
  });

  it("is content with one playable rendition of several", () => {
    expect(unplayableCodec([video("h265"), video("h264")], h264Only)).toBeNull();
  });

  it("lets the browser try a codec that we cannot ask about", () => {
    expect(unplayableCodec([video("theora")], () => false)).toBeNull();
  });
});

describe("playMethod", () => {
  it("gives manifests to the engine, files to the browser and the rest to nobody", () => {
    expect(["hls", "dash", "mp4", "mkv"].map(playMethod)).toEqual(["engine", "engine", "file", "none"]);
  });
});
