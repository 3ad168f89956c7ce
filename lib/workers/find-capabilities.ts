import { db, type Db, type Tx } from "#lib/db/client.ts";
import type { Capabilities } from "#lib/media/capabilities.ts";
import { AUDIO_ENCODERS, FILTERS, MUXERS, SUBTITLE_ENCODER, VIDEO_ENCODERS } from "#lib/media/fits.ts";
import { IMAGE_DECODERS } from "#lib/media/watermark-image.ts";

/** What an ordinary ffmpeg can do that matters to a plan: assumed while no worker has ever said what its own can. */
const ORDINARY: Capabilities = {
  ffmpegVersion: "",
  encoders: [...Object.values(VIDEO_ENCODERS), ...Object.values(AUDIO_ENCODERS), SUBTITLE_ENCODER],
  decoders: ["h264", "hevc", "vp9", "aac", "mp3", "opus", ...IMAGE_DECODERS],
  filters: [...FILTERS],
  muxers: [...Object.values(MUXERS), "hls"],
};

/** What the worker that was heard of last can do. */
export async function findCapabilities(tx: Tx | Db = db()): Promise<Capabilities> {
  const worker = await tx.worker.findFirst({
    orderBy: [{ heartbeatAt: "desc" }, { id: "desc" }],
    select: { capabilities: true },
  });
  const said = worker?.capabilities as Partial<Capabilities> | undefined;
  return { ...ORDINARY, ...said };
}
