import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";

/**
 * What tus is measured against: Node's own HTTP server that writes every body to one file, `bare-server.ts <file>`. With
 * `/synced` it answers when the bytes are on the disk, as our server does at an upload's end; else when they are written.
 * Sends its port to its parent.
 */
const file = process.argv[2];
if (file === undefined) throw new Error("bare-server.ts <file>");

async function receive(request: IncomingMessage, isSynced: boolean): Promise<void> {
  await pipeline(request, createWriteStream(file ?? ""));
  if (!isSynced) return;
  const handle = await open(file ?? "", "r");
  await handle.datasync();
  await handle.close();
}

const server = createServer((request, response) => {
  receive(request, request.url === "/synced").then(
    () => response.writeHead(204).end(),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.requestTimeout = 0;
server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
process.once("disconnect", () => process.exit(0));
