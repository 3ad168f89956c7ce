import { audioArgs } from "#lib/media/audio-args.ts";
import {
  audiosOf,
  CLEAN,
  inputArgs,
  loudnessKey,
  startArgs,
  type ArgsOptions,
} from "#lib/media/ffmpeg-args.ts";
import { fileUrl, ownInputArgs } from "#lib/media/input-args.ts";
import type { EncodeRun, JobPlan } from "#lib/media/plan-encode.ts";
import type { PlannedAudio } from "#lib/media/planned-rendition.ts";

/**
 * Codecs whose packets a container gets alike from an MP4 file and from the encoder. Of others the last packet says that it
 * is to be played in part, which MP4 does not hand on (encode-sound.media.test).
 */
const APART: readonly string[] = ["aac", "ac3"];
/** A second in the file: divisible by every sample rate, so that neither the encoder's delay nor the end is rounded. */
const TICKS = 705_600_000;

type Sound = { audio: PlannedAudio; job: JobPlan; name: string };

/** The sounds of a run that may be encoded by a process of their own, beside its chunks; in the order of its streams. */
export function soundsApart(run: EncodeRun): Sound[] {
  return run.jobs.flatMap((job, jobIndex) =>
    audiosOf(job).flatMap((audio, at) =>
      audio.isCopy || !APART.includes(audio.codec) ? [] : [{ audio, job, name: loudnessKey(jobIndex, at) }],
    ),
  );
}

/** The process that encodes {@link soundsApart} into `file`; null when there are none. */
export function soundArgs(run: EncodeRun, file: string, options: ArgsOptions): string[] | null {
  const sounds = soundsApart(run);
  if (sounds.length === 0) return null;
  return [
    ...startArgs("level+warning", options),
    ...inputArgs(run, options),
    ...sounds.flatMap(({ audio }) => ["-map", `0:${audio.sourceIndex}`]),
    ...CLEAN,
    ...sounds.flatMap(({ audio, job: { clip, container }, name }, index) =>
      audioArgs(audio, index, { clip, container, measured: options.loudness?.get(name) }),
    ),
    ...["-movie_timescale", String(TICKS), "-f", "mp4", fileUrl(file)],
  ];
}

/** Opens what {@link soundArgs} has written: times stay as they are, and begin before zero where the encoder's do. */
export const encodedSoundArgs = (file: string): string[] => [
  "-seek_timestamp",
  "1",
  ...ownInputArgs(file, "mov"),
];
