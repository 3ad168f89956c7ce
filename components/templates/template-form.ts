import {
  encodeSpecSchema,
  type AudioSpec,
  type Container,
  type EncodeSpec,
  type Rendition,
  type VideoSpec,
} from "#lib/media/encode-spec.ts";
import {
  FITS,
  isAnimation,
  isSegmentedContainer,
  profilesOf,
  unsupportedOptions,
} from "#lib/media/unsupported-options.ts";
import type { FieldIssue } from "#lib/errors.ts";
import { withAudioCodec, withRateMode, type RateMode } from "#components/templates/spec-choices.ts";
import { ladderIssues, type LadderRule } from "#lib/templates/ladder-issues.ts";
import { createTemplateSchema } from "#lib/templates/schema.ts";
import type { EditorCapabilities } from "#lib/templates/view.ts";

/** What the form of a template holds, and what is wrong with it. Pure. */

export type TemplateFormValues = { name: string; description: string; spec: EncodeSpec };

/**
 * One thing that is wrong. `path` is the form's ("spec.video.gopSeconds"). `shape`: not what the schema takes; `engine`:
 * an option that is not done, by name; `lacks`: the workers' ffmpeg has not what it takes; `ladder`: a rung that does not fit; `server`: refused when it was saved.
 */
export type FormIssue = {
  path: string;
  kind: "shape" | "engine" | "lacks" | "ladder" | "server";
  message: string;
  rule?: LadderRule;
  params?: Record<string, string | number>;
  /** A number for the field that would do. */
  suggested?: number | null;
};

/** The same schema and the same rules as the API's; without `capabilities`, of an ffmpeg that has everything. */
export function findFormIssues(values: TemplateFormValues, capabilities?: EditorCapabilities): FormIssue[] {
  const parsed = createTemplateSchema.safeParse(values);
  const shape: FormIssue[] = (parsed.error?.issues ?? []).map(({ path, message }) => ({
    path: path.map(String).join("."),
    kind: "shape",
    message,
  }));
  const spec = encodeSpecSchema.safeParse(values.spec);
  if (!spec.success) return shape;
  const engine: FormIssue[] = unsupportedOptions(spec.data).map(({ path, message }) => ({
    path: `spec.${path}`,
    kind: "engine",
    message,
  }));
  const ladder: FormIssue[] = ladderIssues(spec.data).map((issue) => ({
    ...issue,
    path: `spec.${issue.path}`,
    kind: "ladder",
  }));
  const lacks: FormIssue[] = findLacks(spec.data, capabilities).map(({ path, message }) => ({
    path: `spec.${path}`,
    kind: "lacks",
    message,
    params: { name: lackedName(message) },
  }));
  return [...shape, ...engine, ...lacks, ...ladder];
}

/** What of the spec the workers' ffmpeg has not got. */
export function findLacks(spec: EncodeSpec, capabilities?: EditorCapabilities): FieldIssue[] {
  if (capabilities === undefined) return [];
  const anyway = new Set(unsupportedOptions(spec).map(({ path, message }) => `${path} ${message}`));
  return unsupportedOptions(spec, capabilities).filter(
    ({ path, message }) => !anyway.has(`${path} ${message}`),
  );
}

/** Why the codec has not this way to set a rung's rate; null when it has. */
export function findRateObstacle(spec: EncodeSpec, rung: Rendition, mode: RateMode): FormIssue | null {
  if (spec.video === null) return null;
  // By itself: in two passes all rungs are encoded or none, which is for the user to settle.
  const alone = { ...rung, rateControl: withRateMode(rung.rateControl, mode) };
  const found = unsupportedOptions({ ...spec, video: { ...spec.video, renditions: [alone] } }).find(
    ({ path }) => /\.rateControl\.(mode|twoPass)$/.test(path),
  );
  return found ? { path: `spec.${found.path}`, kind: "engine", message: found.message } : null;
}

/** "libsvtav1", which stands in parentheses at the end. */
export const lackedName = (message: string): string => /\(([^()]+)\)\.?$/.exec(message)?.[1] ?? "";

const RUNG: Rendition = {
  name: "720p",
  width: 1280,
  height: 720,
  profile: "high",
  rateControl: { mode: "crf", crf: 23, maxKbps: 2800 },
};

const NEW_VIDEO: VideoSpec = {
  codec: "h264",
  preset: "veryfast",
  bitDepth: 8,
  gopSeconds: 2,
  frameRate: { mode: "cap", fps: 60 },
  deinterlace: "auto",
  hdr: "to_sdr",
  denoise: "off",
  sharpen: "off",
  renditions: [
    {
      ...RUNG,
      name: "1080p",
      width: 1920,
      height: 1080,
      rateControl: { mode: "crf", crf: 23, maxKbps: 5000 },
    },
    RUNG,
    { ...RUNG, name: "480p", width: 854, height: 480, rateControl: { mode: "crf", crf: 23, maxKbps: 1400 } },
  ],
};

const NEW_AUDIO: NonNullable<EncodeSpec["audio"]> = {
  codec: "aac",
  kbps: 128,
  channels: 2,
  sampleRate: 48000,
  tracks: "default",
};

/** Where a new template starts: a ladder that plays nearly everywhere. */
export const NEW_TEMPLATE: TemplateFormValues = {
  name: "",
  description: "",
  spec: {
    container: "hls",
    video: NEW_VIDEO,
    audio: NEW_AUDIO,
    segments: { seconds: 6, format: "fmp4", byteRange: false },
    watermarks: [],
    subtitles: "drop",
    metadata: "drop",
  },
};

/** The containers that the engine makes. */
export const CONTAINER_CHOICES = Object.keys(FITS) as Container[];
export const fitsOf = (container: Container) => FITS[container] ?? { video: [], audio: [] };
/** What has no loss, and what is copied, has no rate to choose. */
export const hasRate = (codec: AudioSpec["codec"]) => !["flac", "pcm", "copy"].includes(codec);
export const isSegmented = isSegmentedContainer;

/**
 * The spec in another container: codecs that it cannot hold give way to the first that it can, segments come or go.
 * Rungs stay: it is for the user to say which of them goes. `video`: what to take when the spec has none.
 */
export function withContainer(
  spec: EncodeSpec,
  container: Container,
  video: VideoSpec | null = NEW_VIDEO,
): EncodeSpec {
  if (container === spec.container) return spec;
  const fits = fitsOf(container);
  // Sound alone stays alone, where it was somebody's choice.
  const isByChoice = spec.video === null && fitsOf(spec.container).video.length > 0;
  const isPossible = fits.audio.length > 0 && spec.audio !== null;
  const kept = isByChoice && isPossible ? null : (spec.video ?? video);
  const { segments = { seconds: 6, format: "fmp4" as const, byteRange: false }, ...rest } = spec;
  const codec = kept && fits.video.includes(kept.codec) ? kept.codec : fits.video[0];
  const sound = spec.audio ?? (fits.video.length === 0 ? NEW_AUDIO : null);
  const audioCodec = sound && fits.audio.includes(sound.codec) ? sound.codec : fits.audio[0];
  return {
    ...rest,
    container,
    video: kept && codec ? withCodec(kept, codec) : null,
    audio: sound && audioCodec ? withAudioCodec(sound, audioCodec) : null,
    ...(isSegmented(container) && {
      segments: container === "hls" ? segments : { ...segments, format: "fmp4" as const, byteRange: false },
    }),
  };
}

/**
 * The video with another codec: profile, level and tuning that it has not are left out. A stream that is copied keeps
 * its size: of the ladder one rung stays, as the stream's name.
 */
export function withCodec(video: VideoSpec, codec: VideoSpec["codec"]): VideoSpec {
  if (codec === video.codec) return video;
  const { tune: _tune, ...rest } = paced(video, codec);
  if (codec !== "copy") return withProfiles({ ...rest, codec });
  const { hdr: _hdr, denoise: _denoise, sharpen: _sharpen, ...kept } = rest;
  const renditions: Rendition[] = [{ name: "source", rateControl: { mode: "crf", crf: 23 } }];
  return { ...kept, codec, hdr: "to_sdr", denoise: "off", sharpen: "off", renditions };
}

/** A preview that moves has few frames a second, 8 bits and a quality; what comes after one starts from usual ones. */
function paced(video: VideoSpec, codec: VideoSpec["codec"]): VideoSpec {
  if (isAnimation(codec) === isAnimation(video.codec)) return video;
  if (!isAnimation(codec)) return { ...video, frameRate: NEW_VIDEO.frameRate };
  const { copyWhenPossible: _copy, ...rest } = video;
  const renditions = video.renditions.map(({ rateControl, ...rung }) => ({
    ...rung,
    rateControl: { mode: "crf" as const, crf: rateControl.mode === "crf" ? rateControl.crf : 23 },
  }));
  return { ...rest, bitDepth: 8, hdr: "to_sdr", frameRate: { mode: "cap", fps: 12 }, renditions };
}

/** The video without profiles that its codec and depth have not. */
export function withProfiles(video: VideoSpec): VideoSpec {
  const profiles = profilesOf(video.codec, video.bitDepth);
  const renditions = video.renditions.map(({ profile, level, ...rest }) => ({
    ...rest,
    ...(profile && profiles.includes(profile) && { profile }),
    ...(level && (video.codec === "h264" || video.codec === "h265") && { level }),
  }));
  return { ...video, renditions };
}

/** The ladder with a rung below the last, at about half its height and rate. */
export function withRung(renditions: readonly Rendition[]): Rendition[] {
  const last = renditions.at(-1);
  if (!last) return [RUNG];
  const even = (value: number | undefined) =>
    value === undefined ? undefined : Math.max(16, Math.round(value / 3) * 2);
  const [width, height] = [even(last.width), even(last.height)];
  const less = (kbps: number) => Math.max(8, Math.round(kbps / 20) * 10);
  const { rateControl } = last;
  const rung: Rendition = {
    ...last,
    name: freeName(renditions, height === undefined ? "rung" : `${height}p`),
    rateControl: {
      ...rateControl,
      ...("kbps" in rateControl && { kbps: less(rateControl.kbps) }),
      ...("maxKbps" in rateControl &&
        rateControl.maxKbps !== undefined && { maxKbps: less(rateControl.maxKbps) }),
    },
  };
  if (width !== undefined) rung.width = width;
  if (height !== undefined) rung.height = height;
  return [...renditions, rung];
}

/** The ladder with rung `index` twice. */
export function withCopy(renditions: readonly Rendition[], index: number): Rendition[] {
  const rung = renditions[index];
  if (!rung) return [...renditions];
  const copy = { ...rung, name: freeName(renditions, `${rung.name}-2`) };
  return [...renditions.slice(0, index + 1), copy, ...renditions.slice(index + 1)];
}

function freeName(renditions: readonly Rendition[], wanted: string): string {
  const taken = new Set(renditions.map(({ name }) => name));
  const base = wanted.slice(0, 28);
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Through JSON, as the API gets it: no key with the value undefined. */
export function plainSpec(spec: EncodeSpec): EncodeSpec {
  return JSON.parse(JSON.stringify(spec)) as EncodeSpec;
}
