import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FailureError } from "#lib/errors.ts";
import { findFile } from "#lib/media/find-file.ts";
import { RAW } from "#lib/media/muxer-args.ts";
import type { Clip } from "#lib/media/plan-clip.ts";
import type { JobPlan } from "#lib/media/plan-encode.ts";

/**
 * Leaves the clip of the subtitles that a job carries, of which text-args has put all into its folder.
 * @throws FailureError OUTPUT_VERIFICATION_FAILED when one was not written
 */
export async function clipSubtitles(job: JobPlan, folder: string): Promise<void> {
  if (job.clip === null) return;
  for (const { name } of job.subtitles) {
    const path = join(folder, RAW.clipped(name));
    const failed = (what: string) =>
      new FailureError("OUTPUT_VERIFICATION_FAILED", { check: "files", detail: `${name} ${what}` });
    const found = await findFile(path, (code) => failed(`cannot be read (${code})`));
    // Nothing but what ffmpeg wrote itself is read: no link to somebody else's file.
    if (!found?.isFile() || found.nlink !== 1) throw failed("was not taken out of the source");
    await writeFile(path, clipAss(await readFile(path, "utf8"), job.clip));
  }
}

/** The line of one subtitle, as ffmpeg writes them: layer, start and end, and the rest. */
const LINE = /^Dialogue: ([^,\n]*),([\d:.]+),([\d:.]+),(.*\r?\n?)/gm;

/** Subtitles in ASS with times that count from the clip's beginning; without those of which nothing lies in the clip. */
export function clipAss(text: string, { startSeconds, durationSeconds }: Clip): string {
  const most = durationSeconds ?? Infinity;
  return text.replace(LINE, (_, layer: string, from: string, to: string, rest: string) => {
    const start = Math.max(0, secondsOf(from) - startSeconds);
    const end = Math.min(most, secondsOf(to) - startSeconds);
    return end <= start ? "" : `Dialogue: ${layer},${clockOf(start)},${clockOf(end)},${rest}`;
  });
}

/** Of "0:01:02.34". */
const secondsOf = (clock: string): number =>
  clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

/** "0:01:02.34", to the hundredth of a second, which is all that ASS has. */
function clockOf(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const [minutes, rest] = [Math.floor(hundredths / 6000), hundredths % 6000];
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(rest / 100)}.${two(rest % 100)}`;
}
