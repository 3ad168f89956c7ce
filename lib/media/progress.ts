/** What the console shows while ffmpeg works. */
export type EncodeProgress = {
  /** 0 to 99: a hundred is only reached when the files are verified and published. 0 when the length is unknown. */
  percent: number;
  fps: number | null;
  /** Media seconds per second. */
  speed: number | null;
  etaSeconds: number | null;
};

export type ProgressReader = {
  /** Feed with what ffmpeg writes to `-progress pipe:1`. */
  push: (chunk: Buffer | string) => void;
  /** Media seconds written so far. */
  outSeconds: () => number;
  frames: () => number;
};

/** Weight of the newest second in the smoothed rates: a change shows after about five seconds. */
const SMOOTHING = 0.25;
const HIGHEST_PERCENT = 99;

/**
 * Reads ffmpeg's `-progress` blocks (key=value lines ending in `progress=continue|end`). Values may be `N/A`, have
 * leading blanks and be negative. Speed, frame rate and ETA come from smoothed differences, because ffmpeg's own
 * `speed` is the average since the start.
 */
export function progressReader(options: {
  durationSeconds: number | null;
  onProgress: (progress: EncodeProgress) => void;
  now?: () => number;
}): ProgressReader {
  const now = options.now ?? (() => performance.now() / 1000);
  let rest = "";
  let block: Record<string, string> = {};
  let outSeconds = 0;
  let frames = 0;
  let speed: number | null = null;
  let fps: number | null = null;
  let last: { at: number; outSeconds: number; frames: number } | null = {
    at: now(),
    outSeconds: 0,
    frames: 0,
  };

  const settleBlock = () => {
    outSeconds = Math.max(outSeconds, (numberOf(block["out_time_us"]) ?? 0) / 1e6);
    frames = Math.max(frames, numberOf(block["frame"]) ?? 0);
    const at = now();
    const elapsed = last ? at - last.at : 0;
    if (last && elapsed > 0.05) {
      speed = smooth(speed, (outSeconds - last.outSeconds) / elapsed);
      fps = smooth(fps, (frames - last.frames) / elapsed);
      last = { at, outSeconds, frames };
    }
    const { durationSeconds } = options;
    const isKnown = durationSeconds !== null && durationSeconds > 0;
    options.onProgress({
      percent: isKnown ? clamp((outSeconds / durationSeconds) * 100, 0, HIGHEST_PERCENT) : 0,
      fps: fps === null || frames === 0 ? null : round(fps, 1),
      speed: speed === null ? null : round(speed, 2),
      etaSeconds:
        isKnown && speed !== null && speed > 0.001
          ? Math.max(0, Math.round((durationSeconds - outSeconds) / speed))
          : null,
    });
  };

  return {
    push(chunk) {
      const lines = (rest + chunk.toString()).split("\n");
      rest = (lines.pop() ?? "").slice(0, 4096);
      for (const line of lines) {
        const equals = line.indexOf("=");
        if (equals < 1) continue;
        const key = line.slice(0, equals).trim();
        if (key === "progress") {
          settleBlock();
          block = {};
        } else {
          block[key] = line.slice(equals + 1).trim();
        }
      }
    },
    outSeconds: () => outSeconds,
    frames: () => frames,
  };
}

function numberOf(text: string | undefined): number | null {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : null;
}

const smooth = (before: number | null, value: number) =>
  before === null ? value : before + SMOOTHING * (value - before);
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits;
