import type { Chunk } from "#lib/media/plan-chunks.ts";
import type { EncodeProgress } from "#lib/media/progress.ts";

/** What a run's percentage is made of: the sound, when it is encoded beside the chunks; the chunks; putting it all together. */
const SOUND_PERCENT = 5;
const JOIN_PERCENT = 5;

const sumOf = (values: (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
};

/** About how long each chunk is; the last one is taken to be as long as the one before. */
export const secondsOf = (chunks: readonly Chunk[]): number[] =>
  chunks.map((chunk, at) => {
    const next = chunks[at + 1]?.startSeconds ?? 2 * chunk.startSeconds - (chunks[at - 1]?.startSeconds ?? 0);
    return next - chunk.startSeconds;
  });

/** How far a run is whose chunks are encoded side by side. */
export class ChunkProgress {
  readonly #total: number;
  readonly #tell: (progress: EncodeProgress) => void;
  readonly #active = new Map<number, { frames: number; pace: EncodeProgress }>();
  readonly #soundPart: number;
  #finished = 0;
  #soundPercent = 0;

  constructor(
    chunks: readonly Chunk[],
    { hasSound, tell }: { hasSound: boolean; tell: (progress: EncodeProgress) => void },
  ) {
    this.#total = chunks.reduce((sum, { frames }) => sum + frames, 0);
    this.#soundPart = hasSound ? SOUND_PERCENT : 0;
    this.#tell = tell;
  }

  update(chunk: Chunk, pace: EncodeProgress): void {
    this.#active.set(chunk.index, { frames: chunk.frames, pace });
    this.#report();
  }

  /** Nobody encodes it now. */
  stopped(chunk: Chunk): void {
    if (this.#active.delete(chunk.index)) this.#report();
  }

  done(chunk: Chunk): void {
    this.#active.delete(chunk.index);
    this.#finished += chunk.frames;
    this.#report();
  }

  readonly sound = ({ percent }: EncodeProgress): void => {
    this.#soundPercent = percent;
    this.#report();
  };

  readonly joining = (pace: EncodeProgress): void => {
    const percent = 100 - JOIN_PERCENT + (pace.percent * JOIN_PERCENT) / 100;
    this.#tell({ ...pace, percent });
  };

  #report(): void {
    const active = [...this.#active.values()];
    const frames = active.reduce(
      (sum, { frames, pace }) => sum + (frames * pace.percent) / 100,
      this.#finished,
    );
    const fps = sumOf(active.map(({ pace }) => pace.fps));
    this.#tell({
      percent:
        (this.#soundPercent * this.#soundPart) / 100 +
        (frames / Math.max(1, this.#total)) * (100 - JOIN_PERCENT - this.#soundPart),
      fps,
      speed: sumOf(active.map(({ pace }) => pace.speed)),
      etaSeconds: fps === null || fps <= 0 ? null : Math.round((this.#total - frames) / fps),
    });
  }
}
