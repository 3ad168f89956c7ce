import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";

export type MediaServer = { url: string; stop: () => Promise<void> };

const TYPES: Record<string, string> = {
  ".mp4": "video/mp4",
  ".m4a": "audio/mp4",
  ".html": "text/html; charset=utf-8",
  ".m3u8": "application/vnd.apple.mpegurl",
};

/**
 * Serves a folder on 127.0.0.1, with Range, as a video host would, and how hosts fail:
 *
 *   /<file>            the file
 *   /slow/<file>       the file at about 200 kB/s
 *   /cut/<file>        the whole length is announced, the connection ends half-way, every time
 *   /forbidden         403
 *   /private           a redirect to a private address that is not allowed
 *   anything else      404
 */
export async function startMediaServer(folder: string): Promise<MediaServer> {
  const server = createServer((request, response) => answer(folder, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
  if (pathname === "/forbidden") return void response.writeHead(403).end("Forbidden");
  if (pathname === "/private")
    return void response.writeHead(302, { location: "http://127.0.0.2:9/clip.mp4" }).end();
  const [, manner, name] = /^\/(?:(slow|cut)\/)?([\w.-]+)$/.exec(pathname) ?? [];
  const file = name === undefined ? undefined : path.join(folder, name);
  if (file === undefined || !existsSync(file)) return void response.writeHead(404).end("Not found");
  sendFile(file, manner, request, response);
}

function sendFile(
  file: string,
  manner: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { size, mtime } = statSync(file);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
  const start = from === undefined ? 0 : Number(from);
  const end = to === undefined || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (start > end && size > 0)
    return void response.writeHead(416, { "content-range": `bytes */${size}` }).end();
  response.writeHead(from === undefined ? 200 : 206, {
    "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
    "content-length": size === 0 ? 0 : end - start + 1,
    "accept-ranges": "bytes",
    etag: `"${size}-${mtime.getTime()}"`,
    ...(from === undefined ? {} : { "content-range": `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === "HEAD" || size === 0) return void response.end();
  const stream = createReadStream(file, { start, end, highWaterMark: manner === "slow" ? 20_000 : 65_536 });
  if (manner === undefined) return void stream.pipe(response);
  let sent = 0;
  stream.on("data", (chunk) => {
    sent += chunk.length;
    if (manner === "cut" && start + sent > size / 2) return void response.destroy();
    response.write(chunk);
    if (manner !== "slow") return;
    stream.pause();
    setTimeout(() => stream.resume(), 100);
  });
  stream.on("end", () => response.end());
  response.on("close", () => stream.destroy());
}
