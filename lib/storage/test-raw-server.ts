import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A TCP server on 127.0.0.1 that does with each connection what the test says, and counts them. */
export type RawServer = { endpoint: string; connections: () => number; close: () => Promise<void> };

export async function startRawServer(onConnection: (socket: Socket) => void): Promise<RawServer> {
  let connections = 0;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    connections++;
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // Tests cut connections; that is no error of theirs.
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** Answers every request with these bytes, whatever it was, and closes. */
export function answering(status: string, headers: string, body: string): (socket: Socket) => void {
  return (socket) => {
    socket.once("data", () => {
      const length = Buffer.byteLength(body);
      socket.end(
        `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: ${length}\r\n${headers}\r\n${body}`,
      );
    });
  };
}

/** An error as S3 writes it. */
export function s3Error(status: string, code: string, headers = ""): (socket: Socket) => void {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said by the test</Message></Error>`;
  return answering(status, `Content-Type: application/xml\r\n${headers}`, body);
}
