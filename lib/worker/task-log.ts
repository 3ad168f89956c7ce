import { db } from "#lib/db/client.ts";
import { logger } from "#lib/log.ts";
import { maskSecrets } from "#lib/mask-secrets.ts";

type Level = "command" | "info" | "warning" | "error";
type Line = { level: Level; text: string; at: Date };

/** Of one attempt: its first lines are written as they come, its last ones when it ends, and what lies between is counted. */
const HEAD = { lines: 4_000, bytes: 2 * 1024 * 1024 };
const TAIL = { lines: 1_000, bytes: 512 * 1024 };
const MAX_LINE_LENGTH = 4_000;
const FLUSH_MS = 1_000;

/**
 * An attempt's log: commands and what the tools said, written in batches, with secrets and this machine's folders masked.
 * Like everything else it carries the fence: lines of an attempt that lost its task are dropped.
 */
export class TaskLogWriter {
  readonly #target: { taskId: string; fence: number; attempt: number };
  readonly #masks: readonly (readonly [string, string])[];
  #pending: Line[] = [];
  readonly #head = { lines: 0, bytes: 0 };
  /** Once the head is full: the latest lines, and how much was let go before them. */
  readonly #tail: Line[] = [];
  #tailBytes = 0;
  readonly #dropped = { lines: 0, bytes: 0 };
  #flushing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  /** `masks`: pairs of a text to hide and what to show instead, longest first. */
  constructor(
    target: { taskId: string; fence: number; attempt: number },
    masks: readonly (readonly [string, string])[],
  ) {
    this.#target = target;
    this.#masks = masks;
    this.#timer = setInterval(() => void this.#flush(), FLUSH_MS);
  }

  /** A whole command line, as it could be pasted into a shell. */
  command(text: string): void {
    this.add("command", text);
  }

  info(text: string): void {
    this.add("info", text);
  }

  error(text: string): void {
    this.add("error", text);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    const { lines, bytes } = this.#dropped;
    if (lines > 0) {
      const text = `… ${lines} lines (${bytes} bytes) were not kept …`;
      this.#pending.push({ level: "warning", text, at: this.#tail[0]?.at ?? new Date() });
    }
    this.#pending.push(...this.#tail.splice(0));
    await this.#flush();
  }

  add(level: Level, text: string): void {
    const line = { level, text: this.#mask(text).slice(0, MAX_LINE_LENGTH), at: new Date() };
    const bytes = Buffer.byteLength(line.text);
    const head = this.#head;
    if (this.#tail.length === 0 && head.lines < HEAD.lines && head.bytes + bytes <= HEAD.bytes) {
      head.lines += 1;
      head.bytes += bytes;
      this.#pending.push(line);
      return;
    }
    this.#tail.push(line);
    this.#tailBytes += bytes;
    while (this.#tail.length > TAIL.lines || this.#tailBytes > TAIL.bytes) this.#dropOne();
  }

  #dropOne(): void {
    const bytes = Buffer.byteLength(this.#tail.shift()?.text ?? "");
    this.#tailBytes -= bytes;
    this.#dropped.lines += 1;
    this.#dropped.bytes += bytes;
  }

  #mask(text: string): string {
    let masked = text;
    for (const [secret, shown] of this.#masks) masked = masked.replaceAll(secret, shown);
    // PostgreSQL's text has no NUL, and a terminal's codes are noise.
    return maskSecrets(masked).replaceAll(/[\u0000-\u0008\u000b-\u001f]/g, " ");
  }

  #flush(): Promise<void> {
    const lines = this.#pending;
    this.#pending = [];
    if (lines.length > 0) this.#flushing = this.#flushing.then(() => this.#write(lines));
    return this.#flushing;
  }

  async #write(lines: Line[]): Promise<void> {
    const { taskId, fence, attempt } = this.#target;
    try {
      await db().$executeRaw`
        INSERT INTO "TaskLog" ("taskId", attempt, level, text, at)
        SELECT ${taskId}::uuid, ${attempt}, line.level, line.text, line.at
        FROM unnest(${lines.map((line) => line.level)}::text[], ${lines.map((line) => line.text)}::text[],
          ${lines.map((line) => line.at)}::timestamptz[]) WITH ORDINALITY AS line(level, text, at, place)
        WHERE EXISTS (SELECT 1 FROM "Task" WHERE id = ${taskId}::uuid AND fence = ${fence})
        ORDER BY line.place`;
    } catch (error) {
      // A log line must not fail an encode; the process log says that some are missing.
      logger("worker").warn(
        { err: error, taskId, lines: lines.length },
        "task log lines could not be written",
      );
    }
  }
}
