import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The addresses that no tenant may make this product call (design: A1, A2, A4), as one table for sources, previews,
 * webhooks and storage endpoints. All lead to a server of the test itself, on 127.0.0.2, which counts who comes.
 */
export type BlockedAddress = { name: string; url: string };

/** The one address that the tests allow: a server there redirects to the canary. */
export const REDIRECTOR_CIDR = "127.0.0.3/32";

export function blockedAddresses(port: number): BlockedAddress[] {
  const at = (host: string, path = "/clip.mp4") => `http://${host}:${port}${path}`;
  return [
    { name: "dotted", url: at("127.0.0.2") },
    { name: "decimal", url: at("2130706434") },
    { name: "hexadecimal", url: at("0x7f000002") },
    { name: "hexadecimal parts", url: at("0x7f.0x0.0x0.0x2") },
    { name: "octal", url: at("0177.0.0.02") },
    { name: "octal, one number", url: at("017700000002") },
    { name: "two parts", url: at("127.2") },
    { name: "three parts", url: at("127.0.2") },
    { name: "full-width digits", url: at("１２７.0.0.2") },
    { name: "dots of another script", url: at("127。0。0。2") },
    { name: "every address", url: at("0.0.0.0") },
    { name: "zero", url: at("0") },
    { name: "IPv6 loopback", url: at("[::1]") },
    { name: "IPv6 unspecified", url: at("[::]") },
    { name: "IPv4 in IPv6, dotted", url: at("[::ffff:127.0.0.2]") },
    { name: "IPv4 in IPv6, hexadecimal", url: at("[::ffff:7f00:2]") },
    { name: "IPv4-compatible", url: at("[::7f00:2]") },
    { name: "NAT64", url: at("[64:ff9b::7f00:2]") },
    { name: "6to4", url: at("[2002:7f00:2::]") },
    { name: "localhost", url: at("localhost") },
    { name: "localhost in capitals", url: at("LOCALHOST") },
    { name: "user information before it", url: at("127.0.0.3@127.0.0.2") },
    { name: "user and password", url: at("user:secret@127.0.0.2") },
    { name: "a backslash for a slash", url: `http:\\\\127.0.0.2:${port}\\clip.mp4` },
    { name: "a tab inside", url: at("127.0.\t0.2") },
    { name: "a redirect to it", url: `http://127.0.0.3:${port}/to/dotted.mp4` },
    { name: "a redirect to its decimal form", url: `http://127.0.0.3:${port}/to/decimal.mp4` },
    { name: "a redirect to IPv4 in IPv6", url: `http://127.0.0.3:${port}/to/mapped.mp4` },
    { name: "a redirect to a file", url: `http://127.0.0.3:${port}/to/file.mp4` },
    { name: "three redirects to it", url: `http://127.0.0.3:${port}/to/chain.mp4` },
    { name: "a file", url: "file:///etc/passwd" },
    { name: "ftp", url: `ftp://127.0.0.2:${port}/clip.mp4` },
    { name: "gopher", url: `gopher://127.0.0.2:${port}/_clip` },
    { name: "an ffmpeg protocol", url: `concat:http://127.0.0.2:${port}/clip.mp4` },
  ];
}

export type Canary = { port: number; contacts: () => readonly string[]; close: () => void };

/** Listens on one port of 127.0.0.1, 127.0.0.2 and, where there is one, ::1; on 127.0.0.3 it redirects to 127.0.0.2. */
export async function startCanary(): Promise<Canary> {
  const seen: string[] = [];
  const trap = () =>
    createServer((request, response) => {
      seen.push(`${request.method ?? ""} ${request.headers.host ?? ""}${request.url ?? ""}`);
      response.writeHead(200, { "content-type": "video/mp4" }).end("a secret of this network");
    });
  const first = trap();
  first.on("connection", (socket) => seen.push(`connection to ${socket.localAddress ?? ""}`));
  await listen(first, 0, "127.0.0.2");
  const { port } = first.address() as AddressInfo;
  const servers: Server[] = [first];
  for (const host of ["127.0.0.1", "::1"]) {
    const server = trap();
    server.on("connection", () => seen.push(`connection to ${host}`));
    try {
      await listen(server, port, host);
      servers.push(server);
    } catch (error) {
      // Not every machine has IPv6; 127.0.0.1 it has.
      const { code = "" } = error as NodeJS.ErrnoException;
      if (host === "127.0.0.1" || !["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(code)) throw error;
    }
  }
  const targets: Record<string, string> = {
    dotted: `http://127.0.0.2:${port}/`,
    decimal: `http://2130706434:${port}/`,
    mapped: `http://[::ffff:7f00:2]:${port}/`,
    file: "file:///etc/passwd",
    chain: "/to/chain2.mp4",
    chain2: "/to/dotted.mp4",
  };
  const redirector = createServer((request, response) => {
    const name = /^\/to\/(\w+)/.exec(request.url ?? "")?.[1] ?? "";
    response.writeHead(302, { location: targets[name] ?? "/" }).end();
  });
  await listen(redirector, port, "127.0.0.3");
  servers.push(redirector);
  return {
    port,
    contacts: () => seen,
    close: () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
