import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

export type FailureServer = { origin: string; close: () => void };

/** How a host of videos fails, by path; anything else is a file of `folder`, or 404. */
const ANSWERS: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
  "/forbidden": (_, response) => void response.writeHead(403).end(),
  "/sign-in": (_, response) => void response.writeHead(401).end(),
  "/gone": (_, response) => void response.writeHead(410).end(),
  "/busy": (_, response) => void response.writeHead(429).end(),
  "/broken": (_, response) => void response.writeHead(503).end(),
  "/loop": (_, response) => void response.writeHead(302, { location: "/loop" }).end(),
  "/to-private": (_, response) => void response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
  "/to-file": (_, response) => void response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  "/page": (_, response) =>
    void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><p>Sign in"),
  "/hangs-up": (request) => void request.socket.destroy(),
  // More is announced than ever comes, and it cannot be gone on with.
  "/breaks-off": (_, response) => {
    response.writeHead(200, { "content-type": "video/mp4", "content-length": 1_000_000 });
    response.write(Buffer.alloc(300_000, 7), () => setTimeout(() => response.destroy(), 50));
  },
  "/announces-450-MB": (_, response) => announce(response, 450e6),
  "/announces-250-MB": (_, response) => announce(response, 250e6),
};

function announce(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { "content-type": "video/mp4", "content-length": bytes });
  response.write(Buffer.alloc(100_000, 7));
}

/** Serves {@link ANSWERS} and a folder's files on 127.0.0.1. */
export async function startFailureServer(folder: string): Promise<FailureServer> {
  const server = createServer((request, response) => {
    const answer = ANSWERS[request.url ?? ""];
    if (answer) {
      answer(request, response);
      return;
    }
    const file = path.join(folder, path.basename(request.url ?? ""));
    if (!existsSync(file) || !statSync(file).isFile()) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": "video/mp4", "content-length": statSync(file).size });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
