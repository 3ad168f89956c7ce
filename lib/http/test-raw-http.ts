import { connect } from "node:net";

/** An answer as it came over the wire. */
export type RawAnswer = { status: number; headers: Record<string, string>; body: string };

/**
 * Sends exactly these lines (joined with CRLF, an empty one is added) to a port of 127.0.0.1 and reads until the
 * server closes. For requests that no client library would send; add `Connection: close` unless the server must decide.
 */
export function rawHttp(
  port: number,
  lines: readonly string[],
  body: string | Buffer = "",
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.once("error", reject);
    socket.once("close", () => resolve(parse(Buffer.concat(chunks).toString("utf8"))));
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    if (body.length > 0) socket.write(body);
  });
}

function parse(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [statusLine = "", ...headerLines] = head.split("\r\n");
  const headers = Object.fromEntries(
    headerLines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const raw = rest.join("\r\n\r\n");
  const body = headers["transfer-encoding"] === "chunked" ? unchunk(raw) : raw;
  return { status: Number(statusLine.split(" ")[1] ?? 0), headers, body };
}

function unchunk(text: string): string {
  let [left, whole] = [text, ""];
  for (;;) {
    const end = left.indexOf("\r\n");
    const size = Number.parseInt(left.slice(0, end), 16);
    if (end < 0 || !size) return whole;
    const bytes = Buffer.from(left.slice(end + 2));
    whole += bytes.subarray(0, size).toString("utf8");
    left = bytes.subarray(size + 2).toString("utf8");
  }
}
