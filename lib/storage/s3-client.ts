import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";

import { S3Client } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";

import { type AddressPolicy, checkAddress, guardedLookup } from "#lib/fetch/address-guard.ts";
import type { S3Credentials } from "#lib/storage/s3-credentials.ts";

/** Where a bucket's server is and how it is spoken to. */
export type S3Server = { endpoint: string | null; region: string; forcePathStyle: boolean };

/** What servers of one's own expect when nobody named a region. */
const DEFAULT_REGION = "us-east-1";
const CONNECT_TIMEOUT_MS = 5_000;
/** From the first byte of a request to the first of its answer: a part of 8 MiB over a line of 1 Mbit/s. */
const ANSWER_TIMEOUT_MS = 90_000;
/** Without a byte in either direction. A player that has paused holds a connection that long. */
const IDLE_TIMEOUT_MS = 120_000;
const MAX_SOCKETS = 50;

/** The address of the server; AWS's own for the region when the Output names none. */
export function s3Endpoint({ endpoint, region }: Pick<S3Server, "endpoint" | "region">): URL {
  if (endpoint !== null && endpoint !== "") return new URL(endpoint);
  const named = region === "" ? DEFAULT_REGION : region;
  const domain = named.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(`https://s3.${named}.${domain}`);
}

/**
 * A client that reaches public addresses and those of the policy only: each connection is checked where it is made.
 * Nothing comes from the environment or from files of the machine, redirects are not followed, and a request is sent
 * once: who may repeat it knows better (see S3Bucket). Bodies go as they are, without trailing checksums, which many
 * compatible servers refuse.
 */
export function makeS3Client(server: S3Server, credentials: S3Credentials, policy: AddressPolicy): S3Client {
  return new S3Client({
    endpoint: s3Endpoint(server).href,
    region: server.region === "" ? DEFAULT_REGION : server.region,
    forcePathStyle: server.forcePathStyle,
    credentials,
    maxAttempts: 1,
    retryMode: "standard",
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    followRegionRedirects: false,
    expectContinueHeader: false,
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    disableMultiregionAccessPoints: true,
    disableS3ExpressSessionAuth: true,
    requestHandler: new NodeHttpHandler({
      httpAgent: new GuardedHttpAgent(policy),
      httpsAgent: new GuardedHttpsAgent(policy),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      socketTimeout: IDLE_TIMEOUT_MS,
    }),
  });
}

type Made = (error: Error | null, socket: Duplex) => void;

class GuardedHttpAgent extends http.Agent {
  readonly #policy: AddressPolicy;

  constructor(policy: AddressPolicy) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS });
    this.#policy = policy;
  }

  override createConnection(options: http.ClientRequestArgs, made?: Made): Duplex | null | undefined {
    return super.createConnection(guarded(options, 80, this.#policy), made);
  }
}

class GuardedHttpsAgent extends https.Agent {
  readonly #policy: AddressPolicy;

  constructor(policy: AddressPolicy) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS });
    this.#policy = policy;
  }

  override createConnection(options: https.RequestOptions, made?: Made): Duplex | null | undefined {
    return super.createConnection(guarded(options, 443, this.#policy), made);
  }
}

/** A literal address never goes through `lookup`: it is checked here, before anything is sent. */
function guarded<T extends object>(options: T, defaultPort: number, policy: AddressPolicy): T {
  const { host, port } = options as { host?: string | null; port?: number | string | null };
  const number = Number(port ?? defaultPort);
  const name = host ?? "localhost";
  if (isIP(name) !== 0) checkAddress(name, number, policy);
  return { ...options, lookup: guardedLookup(number, policy) };
}
