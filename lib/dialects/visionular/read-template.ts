import { readExtras } from "#lib/dialects/visionular/read-extras.ts";
import { refusal } from "#lib/dialects/visionular/refusal.ts";
import type { StreamWire, TemplateWire } from "#lib/dialects/visionular/template-schema.ts";
import { isSegmentedContainer } from "#lib/media/fits.ts";
import type { CreateTemplateInput } from "#lib/templates/schema.ts";

type Spec = CreateTemplateInput["spec"];
type Video = NonNullable<Spec["video"]>;
type Rendition = Video["renditions"][number];

/** What a body of add_template asks for, in our words. @throws {AppError} `invalid_input` that names the vendor's field */
export function readTemplate(wire: TemplateWire): CreateTemplateInput {
  refuseUndone(wire);
  const container = (wire.format || "mp4").toLowerCase() as Spec["container"];
  const isSound = container === "m4a" || container === "mp3";
  const isSegmented = isSegmentedContainer(container);
  const streams = wire.adaptive_streams ?? [];
  const video = isSound ? readNoVideo(wire) : readVideo(wire, streams, isSegmented);
  return {
    name: wire.template_name,
    description: wire.description ?? "",
    spec: {
      container,
      video,
      audio: readAudio(wire, streams, container === "mp3" ? "mp3" : "aac"),
      ...((isSegmented || wire.seg_type || wire.seg_time) && { segments: readSegments(wire) }),
      ...readExtras(wire, video?.renditions[0]),
    },
  };
}

/** What says something where the engine has nothing for it. */
function refuseUndone(wire: TemplateWire): void {
  const { trans_mode: mode } = wire;
  if (mode && mode !== "transcode")
    throw refusal("trans_mode", `"${mode}" is not available; leave it out, or give transcode`);
}

/** What is about the picture, in a template without one; `vcodec` h264 is what the SDKs always send. */
function readNoVideo(wire: TemplateWire): null {
  const { format, vcodec, resolution, adaptive_streams: streams, video_bitrate, gop_size } = wire;
  const isOff = vcodec === "" || vcodec === "none";
  for (const [field, isGiven] of [
    ["vcodec", vcodec !== undefined && !isOff && vcodec !== "h264"],
    ["resolution", resolution],
    ["adaptive_streams", streams?.length],
    ["video_bitrate", video_bitrate],
    ["gop_size", gop_size],
  ] as const)
    if (isGiven)
      throw refusal(field, isOff ? "there is no picture without a vcodec" : `${format} holds audio only`);
  return null;
}

function readVideo(wire: TemplateWire, streams: readonly StreamWire[], isSegmented: boolean): Spec["video"] {
  const codec = readCodec(wire.vcodec ?? "h264");
  if (codec === null) return readNoVideo(wire);
  streams.forEach((stream, index) => {
    const own = stream.vcodec && readCodec(stream.vcodec);
    if (own && own !== codec)
      throw refusal(`adaptive_streams[${index}].vcodec`, "all streams of a template have one codec");
    if (stream.framerate && stream.framerate !== (wire.framerate ?? 0))
      throw refusal(`adaptive_streams[${index}].framerate`, "all streams have the template's framerate");
  });
  for (const field of ["resolution", "video_bitrate"] as const)
    if (
      wire[field] &&
      streams.length > 0 &&
      streams.every((stream) => stream[field] && stream[field] !== wire[field])
    )
      throw refusal(field, "no stream of adaptive_streams has it; leave it out, or give the first stream's");
  const wanted = streams.length === 0 ? [wire] : streams.map((stream) => withDefaults(stream, wire));
  const renditions = wanted.map((stream, index) =>
    readRendition(stream, codec, streams.length === 0 ? "" : `adaptive_streams[${index}].`),
  );
  // A ladder has no order on the wire; ours starts at the top.
  renditions.sort((a, b) => heightOf(b) - heightOf(a) || peak(b) - peak(a));
  const gopSeconds = readGop(wire) ?? (isSegmented && wire.seg_time ? gopWithin(wire.seg_time) : undefined);
  return {
    codec,
    ...(gopSeconds !== undefined && { gopSeconds }),
    frameRate: wire.framerate ? { mode: "fixed", fps: wire.framerate } : { mode: "source" },
    renditions: withNames(renditions),
  };
}

function withDefaults(stream: StreamWire, { quality, resolution, video_bitrate }: TemplateWire): StreamWire {
  return {
    ...stream,
    quality: stream.quality || quality,
    resolution: stream.resolution || resolution,
    video_bitrate: stream.video_bitrate || video_bitrate,
  };
}

const CODECS: Readonly<Record<string, Video["codec"]>> = {
  h264: "h264",
  avc: "h264",
  h265: "h265",
  hevc: "h265",
  vp9: "vp9",
  av1: "av1",
  copy: "copy",
};

function readCodec(name: string): Video["codec"] | null {
  if (name === "" || name === "none") return null;
  const codec = CODECS[name.toLowerCase()];
  if (codec === undefined) throw refusal("vcodec", `"${name}" is not one of h264, h265, vp9, av1 and copy`);
  return codec;
}

function readRendition(
  stream: Pick<StreamWire, "quality" | "resolution" | "video_bitrate">,
  codec: Video["codec"],
  place: string,
): Rendition {
  const { quality = 0, video_bitrate: kbps = 0 } = stream;
  return {
    name: "",
    ...readResolution(stream.resolution ?? "", place),
    rateControl:
      quality === 0 && kbps > 0
        ? { mode: "vbr", kbps }
        : { mode: "crf", crf: readQuality(quality, codec), ...(kbps > 0 && { maxKbps: kbps }) },
  };
}

/** The CRF that each encoder looks ordinary at. */
const ORDINARY_CRF: Readonly<Record<string, number>> = { h265: 26, vp9: 32, av1: 35 };

/**
 * The vendor's scale is not published; its SDK's default is 5. Up to 10 we read it as a scale on which 5 is ordinary and a
 * step is two CRF; above, as the CRF that query_template shows.
 */
function readQuality(quality: number, codec: Video["codec"]): number {
  if (quality > 10) return quality;
  const ordinary = ORDINARY_CRF[codec] ?? 23;
  return quality === 0 ? ordinary : ordinary - (quality - 5) * 2;
}

function readResolution(text: string, place: string): { width?: number; height?: number } {
  if (text === "" || text === "0x0") return {};
  const sides = /^(\d{1,5})[x*](\d{1,5})$/i.exec(text);
  const height = /^(\d{1,5})p?$/i.exec(text);
  if (!sides && !height)
    throw refusal(`${place}resolution`, `"${text.slice(0, 40)}" is not like 1280x720 or 720p`);
  const [wide, high] = sides ? [Number(sides[1]), Number(sides[2])] : [0, Number(height?.[1])];
  return { ...(wide > 0 && { width: wide }), ...(high > 0 && { height: high }) };
}

/** Seconds between keyframes; undefined for our default. */
function readGop({ gop_size: frames = 0, gop_seconds: seconds = 0, framerate = 0 }: TemplateWire) {
  if (frames === 0) return seconds === 0 ? undefined : seconds;
  if (framerate === 0)
    throw refusal("gop_size", "frames are seconds only with a framerate; give gop_seconds");
  if (seconds !== 0 && Math.abs(seconds - frames / framerate) > 0.01)
    throw refusal("gop_size", "gop_size and gop_seconds do not agree; give one of them");
  return frames / framerate;
}

/** About two seconds, and never less, that divide a segment: the vendor's clients give a `seg_time` alone. */
const gopWithin = (segmentSeconds: number) => segmentSeconds / Math.max(1, Math.floor(segmentSeconds / 2));

function readSegments({ seg_type: type, seg_time: time }: TemplateWire): NonNullable<Spec["segments"]> {
  const formats: Readonly<Record<string, "ts" | "fmp4">> = {
    ts: "ts",
    mpegts: "ts",
    fmp4: "fmp4",
    mp4: "fmp4",
  };
  const format = type ? formats[type.toLowerCase()] : "fmp4";
  if (format === undefined) throw refusal("seg_type", `"${type}" is not one of fmp4 and ts`);
  return { format, ...(time && { seconds: time }) };
}

function readAudio(
  wire: TemplateWire,
  streams: readonly StreamWire[],
  fallback: "aac" | "mp3",
): Spec["audio"] {
  const { acodec = fallback, audio_channels: channels = 2, audio_sample_rate: rate = "48000" } = wire;
  if (acodec === "" || acodec === "none") return null;
  const rates = [wire.audio_bitrate, wire.audioBitrate, ...streams.map((stream) => stream.audio_bitrate)];
  const [kbps, ...others] = new Set(rates.filter((one) => one !== undefined && one !== 0));
  if (others.length > 0)
    throw refusal("audio_bitrate", "all streams share one audio rendition: give one audio_bitrate");
  const codecs = ["aac", "mp3", "opus", "ac3", "flac", "copy"] as const;
  const codec = codecs.find((one) => one === acodec.toLowerCase());
  if (codec === undefined)
    throw refusal("acodec", `"${acodec}" is not one of aac, mp3, opus, ac3, flac and copy`);
  const sampleRate = ([22050, 32000, 44100, 48000] as const).find((one) => String(one) === rate);
  if (sampleRate === undefined && rate !== "" && rate !== "0")
    throw refusal("audio_sample_rate", `${rate} is not one of 22050, 32000, 44100 and 48000`);
  const layout = ([1, 2, 6] as const).find((one) => one === channels);
  if (layout === undefined && channels !== 0)
    throw refusal("audio_channels", `${channels} is not one of 1, 2 and 6`);
  return {
    codec,
    ...(kbps !== undefined && { kbps }),
    channels: layout ?? "source",
    sampleRate: sampleRate ?? "source",
  };
}

/** A width alone as if it were that of a wide picture; no size at all is the source's, which comes first. */
function heightOf({ width, height }: Rendition): number {
  return height ?? (width === undefined ? Infinity : (width * 9) / 16);
}

function peak({ rateControl }: Rendition): number {
  return rateControl.mode === "crf" ? (rateControl.maxKbps ?? 0) : rateControl.kbps;
}

/** "720p", and "720p-2" for the second of that height. */
function withNames(renditions: readonly Rendition[]): Rendition[] {
  const counts = new Map<string, number>();
  return renditions.map((rendition) => {
    const base = rendition.height
      ? `${rendition.height}p`
      : rendition.width
        ? `${rendition.width}w`
        : "source";
    const count = (counts.get(base) ?? 0) + 1;
    counts.set(base, count);
    return { ...rendition, name: count === 1 ? base : `${base}-${count}` };
  });
}
