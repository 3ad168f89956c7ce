/** What is known before a run that could be encoded in chunks. */
export type ChunkProspect = {
  /** Of one process that does it all, by the speeds measured on these workers; null when none are. */
  wholeSeconds: number | null;
  /** Of the source. */
  lengthSeconds: number;
  /** Encoders of one process: each has the threads of one slot. */
  renditions: number;
  chunks: number;
  /** Free slots, beside the task's own: of its worker, and of others. */
  ownSlots: number;
  otherSlots: number;
};

export type ChunkChoice = {
  isInChunks: boolean;
  /** Of the way that is chosen; null when no speed is measured. */
  seconds: number | null;
};

/**
 * A chunk's own cost: a process in its sandbox, the way to its first frame, reading its frames' times for the seams, its
 * row. bench/chunks found 2.3 s of processor time on a busy machine, about a quarter of it hashing that is no longer done.
 */
const START_SECONDS = 1.5;
/** An estimate: reading the source's packets, writing and checking the lists, starting the process that joins. */
const JOIN_SECONDS = 2;
/** That process copies, at something like a hundred times the pace of what is shown, or faster. */
const JOIN_SPEED = 100;
/** Chunks cost processor time, which others may want: they are for a gain that is felt. */
const LEAST_GAIN = 0.1;

/**
 * Chooses between one process and chunks. A slot is what one encoder uses: a process of as many renditions as there are
 * slots uses them all by itself, and short encodes end before chunks pay.
 */
export function chooseChunks(prospect: ChunkProspect): ChunkChoice {
  const { wholeSeconds, lengthSeconds, renditions, chunks, ownSlots, otherSlots } = prospect;
  const slots = 1 + ownSlots + otherSlots;
  const slotsOfOne = Math.min(renditions, 1 + ownSlots);
  const isWider = slots > slotsOfOne && chunks > 1;
  if (!isWider || wholeSeconds === null) return { isInChunks: isWider, seconds: wholeSeconds };
  const processes = Math.min(slots, chunks);
  const slotsOfEach = Math.min(renditions, slots / processes);
  const chunkSeconds = (wholeSeconds * slotsOfOne) / chunks / slotsOfEach + START_SECONDS;
  const seconds = Math.ceil(chunks / processes) * chunkSeconds + JOIN_SECONDS + lengthSeconds / JOIN_SPEED;
  return seconds <= wholeSeconds * (1 - LEAST_GAIN)
    ? { isInChunks: true, seconds }
    : { isInChunks: false, seconds: wholeSeconds };
}
