import type { ProbedPacket } from "#lib/media/ffprobe-json.ts";

export type Counted = { packets: number; durationSeconds: number };

type Clock = Counted & {
  first: number;
  end: number;
  /** Decode time of the packet before, as it is written. */
  last: number | null;
  /** Added to written times since the clock was last set anew. */
  shift: number;
  /** What the packets say that they last. */
  told: number;
};

/** ffmpeg takes a longer step of a transport stream's clock for a clock set anew (`-dts_delta_threshold`), and so does this. */
const MOST_STEP_SECONDS = 10;

/**
 * Packets of each stream and the time that they cover; the last packet counts as long as it says it is. Streams without
 * times (elementary streams) last as long as their packets say, and so do chained Ogg files, whose times begin anew.
 */
export function countPackets(packets: readonly ProbedPacket[], format: string): Map<number, Counted> {
  const clocks = new Map<number, Clock>();
  for (const packet of packets) {
    const index = packet.stream_index ?? 0;
    const clock = clocks.get(index) ?? {
      packets: 0,
      durationSeconds: 0,
      first: Infinity,
      end: -Infinity,
      last: null,
      shift: 0,
      told: 0,
    };
    clocks.set(index, clock);
    clock.packets += 1;
    const length = seconds(packet.duration_time) ?? 0;
    clock.told += length;
    const dts = seconds(packet.dts_time);
    const written = seconds(packet.pts_time) ?? dts;
    if (written === null) continue;
    if (format === "mpegts" && dts !== null) {
      const step = clock.last === null ? 0 : dts - clock.last;
      if (step < 0 || step > MOST_STEP_SECONDS) clock.shift += length - step;
      clock.last = dts;
    }
    const at = written + clock.shift;
    clock.first = Math.min(clock.first, at);
    clock.end = Math.max(clock.end, at + length);
    clock.durationSeconds = clock.end - clock.first;
  }
  for (const clock of clocks.values()) {
    const isTold = clock.durationSeconds === 0 || format === "ogg";
    const length = isTold ? Math.max(clock.durationSeconds, clock.told) : clock.durationSeconds;
    clock.durationSeconds = Math.round(length * 1e6) / 1e6;
  }
  return clocks;
}

function seconds(text: string | undefined): number | null {
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
