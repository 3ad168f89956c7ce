import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { db } from "#lib/db/client.ts";
import {
  callAurora,
  failure,
  success,
  type Answer,
  type CallOptions,
} from "#lib/dialects/visionular/test-client.ts";
import { getEnv } from "#lib/env.ts";
import { makeProject, startTestWeb, type TestWeb } from "#lib/http/test-web.ts";
import { uuidToHex } from "#lib/ids.ts";
import { ensureLocalOutput } from "#lib/outputs/ensure-local-output.ts";
import { syncPredefinedTemplates } from "#lib/templates/predefined-templates.ts";

let web: TestWeb;
let alpha: Awaited<ReturnType<typeof makeProject>>;
let beta: Awaited<ReturnType<typeof makeProject>>;

beforeAll(async () => {
  web = await startTestWeb();
  [alpha, beta] = await Promise.all([makeProject("alpha"), makeProject("beta")]);
  await syncPredefinedTemplates(db());
});
afterAll(async () => {
  await web.stop();
});

const call = (method: string, path: string, options?: CallOptions) =>
  callAurora({ url: web.url, basic: alpha.basic }, method, path, options);
const add = (body: unknown) => call("POST", "add_template", { body });
const anyTime = expect.any(Number) as number;

/** What a template is when nothing but its name was said. */
const PLAIN = {
  format: "mp4",
  vcodec: "h264",
  acodec: "aac",
  resolution: "",
  framerate: 0,
  quality: 23,
  video_bitrate: 0,
  gop_size: 0,
  gop_seconds: 2,
  seg_type: "",
  seg_time: 0,
  audio_bitrate: 128,
  audio_sample_rate: "48000",
  audio_channels: 2,
  adaptive_streams: [],
  description: "",
  created_at: anyTime,
  built_in: false,
};

const LADDER = {
  template_name: "Full",
  trans_mode: "transcode",
  format: "hls",
  vcodec: "h264",
  acodec: "aac",
  resolution: "1280x720",
  framerate: 25,
  quality: 24,
  video_bitrate: 2800,
  gop_size: 50,
  gop_seconds: 2,
  seg_type: "ts",
  seg_time: 4,
  audio_bitrate: 96,
  audio_sample_rate: "44100",
  audio_channels: 1,
  logo_path: "",
  logo_size: "",
  logo_offset: "",
  adaptive_streams: [
    {
      vcodec: "h264",
      quality: 26,
      resolution: "640x360",
      framerate: 25,
      video_bitrate: 800,
      audio_bitrate: 96,
    },
    {
      vcodec: "h264",
      quality: 24,
      resolution: "1280x720",
      framerate: 25,
      video_bitrate: 2800,
      audio_bitrate: 96,
    },
  ],
  encryption: { provider: "", mode: "", drm_systems: [], key_url: "", http_method: "", headers: {} },
  thumbnail: { start_point: 0, interval: 0, number: 0, width: 0, height: 0 },
  description: "For phones",
  created_at: 0,
  built_in: false,
};

describe("add_template", () => {
  test("with the older SDKs' body: the whole answer, and the same from query_template", async () => {
    const body = {
      template_name: "Short",
      format: "mp4",
      quality: 5,
      framerate: 25,
      resolution: "1280x720",
      vcodec: "h264",
      acodec: "aac",
      audioBitrate: 96,
    };
    const wanted = {
      ...PLAIN,
      template_name: "Short",
      framerate: 25,
      resolution: "1280x720",
      audio_bitrate: 96,
    };
    const { status, body: answer } = await add(body);
    expect(status).toBe(200);
    expect(answer).toEqual(success(wanted));
    expect((await call("GET", "query_template?template_name=Short")).body).toEqual(success(wanted));
  });

  test("with the whole template: every field is honoured", async () => {
    const { body } = await add(LADDER);
    const [low, high] = LADDER.adaptive_streams;
    expect(body).toEqual(
      success({
        ...PLAIN,
        template_name: "Full",
        format: "hls",
        resolution: "1280x720",
        framerate: 25,
        quality: 24,
        video_bitrate: 2800,
        seg_type: "ts",
        seg_time: 4,
        audio_bitrate: 96,
        audio_sample_rate: "44100",
        audio_channels: 1,
        adaptive_streams: [high, low],
        description: "For phones",
      }),
    );
    // What one server says, another takes.
    const copy = { ...body.data, template_name: "Full again" };
    expect((await add(copy)).body).toEqual(success({ ...copy, created_at: anyTime }));
  });

  test.each([
    ["nothing but a name", {}, {}],
    ["an average bit rate", { video_bitrate: 1500 }, { quality: 0, video_bitrate: 1500 }],
    ["a better quality on their scale", { quality: 7, vcodec: "hevc" }, { quality: 22, vcodec: "h265" }],
    ["a height alone", { resolution: "720p" }, { resolution: "0x720" }],
    ["no sound", { acodec: "" }, { acodec: "", audio_bitrate: 0, audio_sample_rate: "", audio_channels: 0 }],
    [
      "sound alone as the source has it",
      { format: "m4a", audio_channels: 0, audio_sample_rate: "" },
      { format: "m4a", vcodec: "", quality: 0, gop_seconds: 0, audio_channels: 0, audio_sample_rate: "" },
    ],
    [
      "a logo and thumbnails",
      {
        resolution: "1280x720",
        logo_path: "https://a.example/logo.png",
        logo_size: "128",
        thumbnail: { interval: 10, width: 320, height: 180 },
      },
      {
        resolution: "1280x720",
        logo_path: "https://a.example/logo.png",
        logo_size: "10%",
        logo_offset: "0%x0%",
        thumbnail: { start_point: 0, interval: 10, number: 0, width: 320, height: 0 },
      },
    ],
  ])("takes %s", async (name, given, shown) => {
    const { body } = await add({ template_name: name, ...given });
    expect(body).toEqual(success({ ...PLAIN, template_name: name, ...shown }));
  });

  test.each([
    ["template_name is missing", { template_name: "" }],
    ["template_name: Use 1 to 64", { template_name: "a/b" }],
    ["template_name: Names that start with System_", { template_name: "System_Own" }],
    ["trans_mode: ", { trans_mode: "narrow" }],
    ["format: ", { format: "avi" }],
    ["vcodec: flv with h265", { format: "flv", vcodec: "h265" }],
    ["vcodec: ", { vcodec: "theora" }],
    ["vcodec: webm with h264", { format: "webm" }],
    ["acodec: ", { acodec: "vorbis" }],
    ["acodec: mp4 with flac", { acodec: "flac" }],
    ["resolution: ", { resolution: "large" }],
    ["resolution: The width must be even", { resolution: "853x480" }],
    ["quality: ", { quality: 60 }],
    ["framerate must be a whole number", { framerate: 29.97 }],
    ["framerate: ", { framerate: 300 }],
    ["video_bitrate: ", { video_bitrate: 300_000 }],
    ["gop_size: ", { gop_size: 50 }],
    ["gop_size: ", { gop_size: 50, framerate: 25, gop_seconds: 3 }],
    ["gop_seconds: ", { format: "hls", gop_seconds: 4, seg_time: 6 }],
    ["seg_type: mp4 has no segments", { seg_type: "ts" }],
    ["seg_type: ", { format: "hls", seg_type: "webm" }],
    ["seg_time: ", { format: "hls", seg_time: 60 }],
    ["audio_bitrate: ", { audio_bitrate: 9000 }],
    ["audio_bitrate: ", { audio_bitrate: 96, audioBitrate: 128 }],
    ["audio_sample_rate: ", { audio_sample_rate: "96000" }],
    ["audio_channels: ", { audio_channels: 5 }],
    ["logo_path: ", { logo_path: "logos/a.png" }],
    ["encryption.provider: ", { format: "hls", encryption: { provider: "widevine" } }],
    ["encryption: Encryption is for HLS", { encryption: { mode: "aes-128" } }],
    ["encryption: This must be an object", { encryption: "aes-128" }],
    ["thumbnail.width: ", { thumbnail: { interval: 10, width: 4 } }],
    ["logo_size: ", { logo_path: "https://a.example/l.png", logo_size: "150%" }],
    [
      "adaptive_streams: mp4 holds one rendition",
      { adaptive_streams: LADDER.adaptive_streams, framerate: 25, audio_bitrate: 96 },
    ],
    ["adaptive_streams[1].vcodec: ", { format: "hls", adaptive_streams: [{}, { vcodec: "h265" }] }],
    ["adaptive_streams[0].framerate: ", { format: "hls", adaptive_streams: [{ framerate: 30 }] }],
    [
      "resolution: no stream",
      { format: "hls", resolution: "480p", adaptive_streams: [{ resolution: "720p" }] },
    ],
    ["colour", { colour: "red" }],
  ])("refuses by name: %s", async (msg, changes) => {
    expect(await add({ template_name: "Refused", ...changes })).toEqual(failure(1001, msg));
    expect((await call("GET", "query_template?template_name=Refused")).body.code).toBe(1004);
  });

  test("a name that is taken, a built-in's too", async () => {
    await add({ template_name: "Taken" });
    expect(await add({ template_name: "Taken" })).toEqual(failure(1001, "template_name: There is already"));
  });
});

describe("update_template", () => {
  const update = (body: unknown) => call("PUT", "update_template", { body });

  test("makes the body the template's next version", async () => {
    await add({ template_name: "Changing", resolution: "720p", quality: 20 });
    const { body } = await update({ template_name: "Changing", audioBitrate: 64 });
    const wanted = { ...PLAIN, template_name: "Changing", audio_bitrate: 64 };
    expect(body).toEqual(success(wanted));
    expect((await call("GET", "query_template?template_name=Changing")).body).toEqual(success(wanted));
    const row = await db().template.findFirstOrThrow({
      where: { name: "Changing" },
      include: { versions: true },
    });
    expect(row.version).toBe(2);
    expect(row.versions).toHaveLength(2);
  });

  test("refuses what add_template refuses, what is not there and what is built in", async () => {
    await add({ template_name: "Strict" });
    expect(await update({ template_name: "Strict", gop_size: 5 })).toEqual(failure(1001, "gop_size: "));
    expect(await update({ template_name: "Nothing" })).toEqual(failure(1004, "EmptyResult: template_name"));
    expect(await update({ template_name: "System_MP4_H264" })).toEqual(
      failure(1001, "template_name: built-in templates"),
    );
  });
});

describe("del_template", () => {
  const remove = (name: string) => call("DELETE", `del_template?template_name=${encodeURIComponent(name)}`);

  test("deletes, and gives the name back", async () => {
    await add({ template_name: "Going" });
    expect(await remove("Going")).toEqual({ status: 200, body: success({}) });
    expect(await remove("Going")).toEqual(failure(1004, "EmptyResult: template_name"));
    expect((await add({ template_name: "Going" })).body.code).toBe(0);
  });

  test("takes one that tasks were made from out of the list, and leaves it to them", async () => {
    await add({ template_name: "In use" });
    const { projectId } = alpha;
    const folder = `${getEnv().outputRoots[0] ?? ""}/${projectId}`;
    await ensureLocalOutput(db(), { projectId, name: "media", folder });
    const output = await db().output.findFirstOrThrow({ where: { projectId } });
    const made: Answer = await call("POST", "create_task", {
      body: {
        template_name: "In use",
        input: "https://media.example/a.mp4",
        output: "a.mp4",
        storage_id: uuidToHex(output.id).slice(-16),
      },
    });
    expect(made.body.code).toBe(0);
    expect(await remove("In use")).toEqual({ status: 200, body: success({}) });
    expect((await call("GET", "query_template?template_name=In%20use")).body.code).toBe(1004);
    const task = await call("GET", `query_task?task_id=${String(made.body.data["task_id"])}`);
    expect(task.body.data["template_name"]).toBe("In use");
    expect((await add({ template_name: "In use" })).body.code).toBe(0);
  });

  test("refuses what is built in, and a name that is missing", async () => {
    expect(await remove("System_MP4_H264")).toEqual(failure(1001, "template_name: built-in templates"));
    expect(await remove("")).toEqual(failure(1001, "template_name is missing"));
  });
});

describe("who may", () => {
  test("another project's templates are not there", async () => {
    await add({ template_name: "Alpha's" });
    const headers = { Authorization: beta.basic };
    const body = { template_name: "Alpha's" };
    expect(await call("PUT", "update_template", { body, headers })).toEqual(failure(1004, "EmptyResult"));
    expect(await call("DELETE", "del_template?template_name=Alpha's", { headers })).toEqual(
      failure(1004, "EmptyResult"),
    );
  });

  test("a viewer's key changes nothing", async () => {
    await add({ template_name: "Guarded" });
    await db().accessKey.update({ where: { accessKeyId: alpha.accessKeyId }, data: { role: "viewer" } });
    const body = { template_name: "Guarded" };
    expect(await add({ template_name: "Viewer's" })).toEqual(failure(1002, "AuthFail: "));
    expect(await call("PUT", "update_template", { body })).toEqual(failure(1002, "AuthFail: "));
    expect(await call("DELETE", "del_template?template_name=Guarded")).toEqual(failure(1002, "AuthFail: "));
    await db().accessKey.update({ where: { accessKeyId: alpha.accessKeyId }, data: { role: "operator" } });
  });

  test("no credentials, no template; a wrong method is refused", async () => {
    expect((await call("POST", "add_template", { body: {}, headers: { Authorization: "" } })).status).toBe(
      401,
    );
    expect((await call("GET", "add_template")).status).toBe(405);
  });
});
