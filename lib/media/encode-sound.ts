import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import {
  argsOptionsOf,
  type EncodedSound,
  type EncodeOptions,
  rawDirOf,
  runFirstPass,
  runPass,
} from "#lib/media/encode.ts";
import { analysisArgs } from "#lib/media/ffmpeg-args.ts";
import type { EncodeRun } from "#lib/media/plan-encode.ts";
import { soundArgs } from "#lib/media/sound-args.ts";

/** Measuring decodes and filters; encoding does so again, and takes about as long besides. */
const FIRST_PERCENT = 35;

/**
 * Encodes the sound of a run whose picture is encoded in chunks, meanwhile; measures its loudness first where it is to have
 * a certain one. A sound of a codec that has to be encoded while it is joined (sound-args) is left to encodeRun.
 * @throws FailureError and the signal's reason, as encodeRun does
 */
export async function encodeSound(run: EncodeRun, options: EncodeOptions): Promise<EncodedSound> {
  const argsOptions = argsOptionsOf(options);
  for (const { key } of run.jobs) await mkdir(rawDirOf(options.workDir, key), { recursive: true });
  const first = analysisArgs(run, argsOptions);
  const share = first === null ? 0 : FIRST_PERCENT;
  const measured = await runFirstPass(run, first, { ...options, share: [0, share] });
  const file = join(options.workDir, "sound.mp4");
  const args = soundArgs(run, file, { ...argsOptions, loudness: measured });
  if (args === null) return { file: null, measured, damage: { count: 0, first: "" } };
  const damage = await runPass(run, args, { ...options, share: [share, 100] });
  return { file, measured, damage };
}
