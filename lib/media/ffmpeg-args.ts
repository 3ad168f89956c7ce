import { join } from "node:path";
import { audioArgs, measuringFilter, type MeasuredLoudness } from "#lib/media/audio-args.ts";
import { filterGraph, imageInputs } from "#lib/media/filter-graph.ts";
import { fileUrl, ownInputArgs, untrustedInputArgs } from "#lib/media/input-args.ts";
import { muxerArgs, RAW } from "#lib/media/muxer-args.ts";
import type { Clip } from "#lib/media/plan-clip.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import type {
  PlannedAudio,
  PlannedRendition,
  PlannedSubtitle,
  PlannedVideo,
} from "#lib/media/planned-rendition.ts";
import { isTwoPass, videoArgs } from "#lib/media/video-args.ts";

export { RAW };

export type ArgsOptions = {
  sourcePath: string;
  /** Absolute folder that a job's files go into. */
  outputDirOf: (key: string) => string;
  threads: number;
  /** What the first pass measured, by {@link loudnessKey}; null for silence. */
  loudness?: ReadonlyMap<string, MeasuredLoudness | null> | undefined;
};

/** Where a job's drawn text number `index` lies inside its folder. */
export const textFileName = (index: number) => `text_${index}.txt`;

/** The same of its image number `index`, as prepare-images makes it. */
export const imageFileName = (index: number) => `watermark_${index}.png`;

export const textFiles =
  ({ outputDirOf }: ArgsOptions) =>
  (jobKey: string, index: number) =>
    join(outputDirOf(jobKey), textFileName(index));

/** Names a sound of a run; letters, digits and underscores. */
export const loudnessKey = (jobIndex: number, audioIndex: number) => `j${jobIndex}a${audioIndex}`;

/** Spells a planned run as ffmpeg's arguments. Decides nothing. */
export function ffmpegArgs(run: EncodeRun, options: ArgsOptions): string[] {
  const { graph, labels } = filterGraph(run, textFiles(options));
  return [
    ...startArgs("level+warning", options),
    ...inputArgs(run, options),
    ...clippedSubtitles(run).flatMap(({ key, name }) =>
      ownInputArgs(join(options.outputDirOf(key), RAW.clipped(name)), "ass"),
    ),
    ...graphArgs(graph, options),
    ...run.jobs.flatMap((job, index) =>
      jobArgs(job, index, { video: labels[index] ?? [], subtitles: clippedMaps(run, job) }, options),
    ),
  ];
}

/**
 * The pass before, which writes no media: the first of two passes of a picture, and the loudness of the sounds that are
 * to have a certain one. Null when the run needs none.
 */
export function analysisArgs(run: EncodeRun, options: ArgsOptions): string[] | null {
  const isVideo = run.jobs.some((job) => videosOf(job).some(isTwoPass));
  const { graph, labels } = isVideo ? filterGraph(run, textFiles(options)) : { graph: null, labels: [] };
  const outputs = run.jobs.flatMap((job, index) => [
    ...(isVideo ? firstPassArgs(job, labels[index] ?? [], options) : []),
    ...audiosOf(job).flatMap((audio, at) => measuringArgs(audio, loudnessKey(index, at), job, options)),
  ]);
  if (outputs.length === 0) return null;
  // loudnorm tells what it measured at the level "info".
  return [
    ...startArgs("level+info", options),
    ...inputArgs(run, options),
    ...graphArgs(graph, options),
    ...outputs,
  ];
}

export function startArgs(level: string, { threads }: ArgsOptions): string[] {
  return [
    "-nostdin",
    "-hide_banner",
    "-loglevel",
    level,
    "-y",
    "-progress",
    "pipe:1",
    "-nostats",
    "-stats_period",
    "1",
    "-threads",
    String(threads),
  ];
}

export function inputArgs(run: EncodeRun, options: ArgsOptions): string[] {
  return [
    ...clipArgs(run.clip),
    ...(needsTimes(run) ? ["-fflags", "+genpts"] : []),
    ...untrustedInputArgs(options.sourcePath, { demuxer: run.demuxer }),
    ...imageInputs(run).flatMap(({ jobKey, index }) =>
      ownInputArgs(join(options.outputDirOf(jobKey), imageFileName(index)), "png_pipe"),
    ),
  ];
}

/** They do not say when each frame is shown, which a copy has to; of what plan-copy lets through, ffmpeg reckons it right. */
const UNTIMED = ["avi", "mpeg", "mpegvideo", "m4v"];

const needsTimes = ({ demuxer, jobs }: EncodeRun): boolean =>
  demuxer !== undefined &&
  UNTIMED.includes(demuxer) &&
  jobs.some((job) => videosOf(job).some((video) => video.isCopy));

/** The subtitles of clips, in the order of ffmpeg's inputs after the source and the images. */
const clippedSubtitles = ({ jobs }: EncodeRun) =>
  jobs.flatMap(({ key, clip, subtitles }) =>
    clip === null ? [] : subtitles.map(({ name }) => ({ key, name })),
  );

/** What a job's subtitles are mapped from where it is a clip: files that hold nothing else (text-args). */
function clippedMaps(run: EncodeRun, job: JobPlan): string[] | undefined {
  if (job.clip === null) return undefined;
  const first = 1 + imageInputs(run).length;
  return clippedSubtitles(run).flatMap(({ key }, index) => (key === job.key ? [`${first + index}:0`] : []));
}

function clipArgs(clip: Clip | null): string[] {
  if (clip === null) return [];
  const { startSeconds, durationSeconds, leadSeconds } = clip;
  const from = startSeconds - leadSeconds;
  return [
    ...(from > 0 ? ["-ss", seconds(from)] : []),
    ...(durationSeconds === null ? [] : ["-t", seconds(durationSeconds + leadSeconds)]),
  ];
}

export const graphArgs = (graph: string | null, { threads }: ArgsOptions) =>
  graph ? ["-filter_complex_threads", String(threads), "-filter_complex", graph] : [];

const QUEUE = ["-dn", "-max_muxing_queue_size", "4096"];
export const CLEAN = ["-map_metadata", "-1", "-map_chapters", "-1", "-sn", ...QUEUE];

/** Without the source's titles, places and chapters unless they are to be kept; subtitles only where they are planned. */
function cleanArgs(job: JobPlan, subtitles: readonly PlannedSubtitle[]): string[] {
  const source = job.keepsMetadata ? "0" : "-1";
  return [
    "-map_metadata",
    source,
    "-map_chapters",
    source,
    ...(subtitles.length === 0 ? ["-sn"] : []),
    ...QUEUE,
  ];
}

/** What a job's pictures, sounds and subtitles are taken from; the latter two from the source where nothing is said. */
export type JobMaps = { video: string[]; audio?: string[] | undefined; subtitles?: string[] | undefined };

export function jobArgs(job: JobPlan, jobIndex: number, maps: JobMaps, options: ArgsOptions): string[] {
  const folder = options.outputDirOf(job.key);
  const videos = videosOf(job);
  const audios = audiosOf(job);
  const ofSource = ({ sourceIndex }: { sourceIndex: number }) => `0:${sourceIndex}`;
  const { audio: audioMaps = audios.map(ofSource), subtitles: subtitleMaps = job.subtitles.map(ofSource) } =
    maps;
  const inside = job.subtitles.filter(({ isSidecar }) => !isSidecar);
  // A transport stream carries its own copy of the sound in every rung.
  const repeated = job.packaging === "ts" ? videos.flatMap(() => audios) : audios;
  return [
    ...maps.video.flatMap((map) => ["-map", map]),
    ...repeated.flatMap((audio) => ["-map", audioMaps[audios.indexOf(audio)] ?? ""]),
    ...(inside.length > 0 ? subtitleMaps.flatMap((map) => ["-map", map]) : []),
    ...cleanArgs(job, inside),
    ...(videos.length > 0 ? ["-fps_mode", "vfr"] : []),
    ...videos.flatMap((video, index) =>
      videoArgs(video, index, job, { threads: options.threads, folder, pass: 2 }),
    ),
    ...repeated.flatMap((audio, index) =>
      audioArgs(audio, index, {
        clip: job.clip,
        container: job.container,
        measured: options.loudness?.get(loudnessKey(jobIndex, audios.indexOf(audio))),
      }),
    ),
    ...inside.flatMap(subtitleArgs),
    ...muxerArgs(job, folder, videos.length, audios.length),
    ...job.subtitles.flatMap((subtitle, index) =>
      subtitle.isSidecar ? sidecarArgs(subtitle, subtitleMaps[index] ?? "", folder) : [],
    ),
  ];
}

function subtitleArgs({ encoder, language, disposition }: PlannedSubtitle, index: number): string[] {
  return [
    ...[`-c:s:${index}`, encoder],
    ...(language ? [`-metadata:s:s:${index}`, `language=${language}`] : []),
    // Of a source ffmpeg keeps it; a clip's subtitles come out of files that say nothing of it.
    ...(disposition.length > 0 ? [`-disposition:s:${index}`, disposition.join("+")] : []),
  ];
}

function sidecarArgs(subtitle: PlannedSubtitle, map: string, folder: string): string[] {
  const file = fileUrl(join(folder, RAW.subtitles(subtitle.name)));
  return ["-map", map, "-map_metadata", "-1", "-c:s:0", subtitle.encoder, "-f", "webvtt", file];
}

function firstPassArgs(job: JobPlan, videoMaps: string[], options: ArgsOptions): string[] {
  const folder = options.outputDirOf(job.key);
  const videos = videosOf(job);
  if (!videos.some(isTwoPass)) return [];
  return [
    ...videoMaps.flatMap((map) => ["-map", map]),
    ...CLEAN,
    "-fps_mode",
    "vfr",
    ...videos.flatMap((video, index) =>
      videoArgs(video, index, job, { threads: options.threads, folder, pass: 1 }),
    ),
    ...nowhere(folder),
  ];
}

function measuringArgs(audio: PlannedAudio, name: string, job: JobPlan, options: ArgsOptions): string[] {
  if (audio.loudness === null) return [];
  return [
    "-map",
    `0:${audio.sourceIndex}`,
    "-filter:a:0",
    measuringFilter(audio, name, job.clip),
    ...nowhere(options.outputDirOf(job.key)),
  ];
}

/** The null muxer opens no file, whatever it is called. */
const nowhere = (folder: string) => ["-f", "null", fileUrl(join(folder, "nothing"))];

export const videosOf = (job: JobPlan): PlannedVideo[] =>
  job.renditions.filter((rendition) => rendition.kind === "video");
export const audiosOf = (job: JobPlan): PlannedAudio[] =>
  job.renditions.filter((rendition) => rendition.kind === "audio");

/** Plain decimal, never an exponent. */
const seconds = (value: number): string => String(Math.round(value * 1000) / 1000);

/** Position of a rendition among the streams that its job writes. */
export const streamIndex = (job: JobPlan, rendition: PlannedRendition): number =>
  rendition.kind === "video"
    ? videosOf(job).indexOf(rendition)
    : videosOf(job).length + audiosOf(job).indexOf(rendition);
