import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A TCP relay in front of a server, which can be shut (as if the server had died) and opened again on the same port. */
export class Gate {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #connections = 0;
  #bytesToClients = 0;
  #bytesUntilShut = Infinity;

  constructor(target: string) {
    this.#target = new URL(target);
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** How many connections were made to it so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Connections of clients that are open now. */
  get openSockets(): number {
    return this.#sockets.size / 2;
  }

  /** What has come from the server so far. */
  get bytesToClients(): number {
    return this.#bytesToClients;
  }

  get isOpen(): boolean {
    return this.#server !== undefined;
  }

  async open(): Promise<this> {
    this.#bytesUntilShut = Infinity;
    const server = createServer((socket) => this.#relay(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** Cuts every connection, and refuses new ones. */
  shut(): void {
    this.#server?.close();
    this.#server = undefined;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Shuts by itself in the middle of what is sent, after so many bytes from clients. */
  shutAfter(bytes: number): void {
    this.#bytesUntilShut = bytes;
  }

  #relay(client: Socket): void {
    this.#connections++;
    const server = connect(Number(this.#target.port), this.#target.hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      // A cut connection is what this is for.
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    client.on("data", (piece: Buffer) => {
      this.#bytesUntilShut -= piece.length;
      if (this.#bytesUntilShut < 0) this.shut();
    });
    server.on("data", (piece: Buffer) => (this.#bytesToClients += piece.length));
    client.pipe(server);
    server.pipe(client);
  }
}
