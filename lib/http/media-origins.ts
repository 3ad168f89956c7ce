import { db } from "#lib/db/client.ts";

/** A new Output's address reaches the pages' Content-Security-Policy within this time. */
const REMEMBER_MS = 30_000;

/**
 * Origins that pages load media from beside their own: PUBLIC_URL (a page may have been opened under another name of
 * this server) and the public addresses of the Outputs.
 */
export async function mediaOrigins(publicUrl: string): Promise<string[]> {
  const shared = globalThis as typeof globalThis & {
    vodMediaOrigins?: { readAt: number; origins: Promise<string[]> };
  };
  const now = Date.now();
  if (!shared.vodMediaOrigins || now - shared.vodMediaOrigins.readAt > REMEMBER_MS) {
    const origins = readOrigins();
    shared.vodMediaOrigins = { readAt: now, origins };
    origins.catch(() => (shared.vodMediaOrigins = undefined));
  }
  return [publicUrl, ...(await shared.vodMediaOrigins.origins)];
}

async function readOrigins(): Promise<string[]> {
  const outputs = await db().output.findMany({
    // Files of an archived Output are played as before.
    where: { publicBaseUrl: { not: null } },
    select: { publicBaseUrl: true },
    distinct: ["publicBaseUrl"],
  });
  return outputs.flatMap(({ publicBaseUrl }) =>
    publicBaseUrl !== null && URL.canParse(publicBaseUrl) ? [new URL(publicBaseUrl).origin] : [],
  );
}
