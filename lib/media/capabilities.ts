import { runTool, type Tools } from "#lib/media/run-tool.ts";

/** What the installed ffmpeg can do, by ffmpeg's own names; plain data, so that it can be stored with the worker. */
export type Capabilities = {
  /** e.g. "5.1.9-0+deb12u1". */
  ffmpegVersion: string;
  encoders: string[];
  /** Names of codecs (not of decoders) that can be decoded. */
  decoders: string[];
  filters: string[];
  muxers: string[];
};

/** Asks the installed ffmpeg. @throws Error when it cannot be run. */
export async function detectCapabilities(tools: Tools): Promise<Capabilities> {
  const [version, encoders, codecs, filters, muxers] = await Promise.all(
    ["-version", "-encoders", "-codecs", "-filters", "-muxers"].map((flag) => ask(flag, tools)),
  );
  return {
    ffmpegVersion: /^ffmpeg version (\S+)/m.exec(version ?? "")?.[1] ?? "unknown",
    encoders: names(encoders, /^ [VAS][F.][S.][X.][B.][D.] (\S+)/gm),
    decoders: names(codecs, /^ D[E.][VASDT][I.][L.][S.] (\S+)/gm),
    filters: names(filters, /^ [T.][S.][C.] (\S+)/gm),
    muxers: names(muxers, /^ [D ]E (\S+)/gm).flatMap((name) => name.split(",")),
  };
}

async function ask(flag: string, tools: Tools): Promise<string> {
  let text = "";
  const result = await runTool({
    tool: "ffmpeg",
    args: ["-hide_banner", "-loglevel", "error", flag].filter((arg) => flag !== "-version" || arg === flag),
    tools,
    readPaths: [],
    timeoutSeconds: 30,
    onStdout: (chunk) => (text += chunk.toString()),
  });
  if (result.exitCode !== 0) {
    throw new Error(`ffmpeg ${flag} failed: ${result.stderrTail.at(-1) ?? `exit code ${result.exitCode}`}`);
  }
  return text;
}

function names(text: string | undefined, pattern: RegExp): string[] {
  return [...(text ?? "").matchAll(pattern)].map((match) => match[1] ?? "").filter((name) => name !== "=");
}
