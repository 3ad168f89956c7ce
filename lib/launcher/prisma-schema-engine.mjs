#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which Prisma would download: the same command line and the same
 * JSON-RPC over standard input and output, over the official WebAssembly build of that engine and the pg adapter.
 * Prisma is pointed here by PRISMA_SCHEMA_ENGINE_BINARY (lib/launcher/migrate.ts). Pinned to Prisma 7.10.0; the
 * regression test is lib/launcher/prisma-schema-engine.db.test.ts.
 *
 * Prisma starts it as
 *   prisma-schema-engine [-d schema.prisma]… --datasource '{"url": …}'             and talks JSON-RPC, or
 *   prisma-schema-engine cli --datasource … can-connect-to-database|create-database|drop-database.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";

import { connectTo, migrationAdapterFactory } from "./prisma-migration-adapter.mjs";

/** Commands that need no database still construct an adapter; this address is never connected to. */
const NO_DATABASE = "postgresql://unset@127.0.0.1:1/unset";
/** Prisma's codes (prisma.io/docs/orm/reference/error-reference) for PostgreSQL's. */
const PRISMA_CODES = { "3D000": "P1003", "28P01": "P1000", 28000: "P1010", "42P04": "P1009" };
const PRISMA_UNREACHABLE = "P1001";
/** JSON-RPC code of an error that the engine itself reports; the details are in `data`. */
const ENGINE_ERROR = 4466;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datasource: { type: "string" },
    datamodels: { type: "string", multiple: true, short: "d" },
    "enabled-preview-features": { type: "string" },
    "extension-types": { type: "string" },
    version: { type: "boolean" },
  },
});
const datasource = options.datasource === undefined ? {} : JSON.parse(options.datasource);

if (options.version) {
  const engine = await loadEngine();
  console.log(`schema-engine-cli ${engine.version()}`);
} else if (positionals[0] === "cli") {
  await runCommand(positionals[1]);
} else {
  await serve();
}

async function loadEngine() {
  const folder = path.dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
  const bindings = await import(pathToFileURL(path.join(folder, "schema_engine_bg.js")).href);
  const wasm = readFileSync(path.join(folder, "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings;
}

/** The three commands that Prisma runs outside of JSON-RPC. */
async function runCommand(command) {
  // Prisma takes the first line on standard error for a banner.
  console.error("{}");
  const { url } = datasource;
  const quoted = `"${decodeURIComponent(new URL(url).pathname.slice(1)).replaceAll('"', '""')}"`;
  const commands = {
    "can-connect-to-database": [undefined, "SELECT 1"],
    "create-database": ["postgres", `CREATE DATABASE ${quoted}`],
    "drop-database": ["postgres", `DROP DATABASE IF EXISTS ${quoted}`],
  };
  try {
    if (commands[command] === undefined) throw new Error(`Unknown command: ${command}`);
    const [database, sql] = commands[command];
    const client = await connectTo(url, database);
    await client.query(sql).finally(() => client.end());
  } catch (error) {
    const fields = {
      message: error.message,
      error_code: PRISMA_CODES[error.code] ?? PRISMA_UNREACHABLE,
      is_panic: false,
    };
    const line = {
      timestamp: new Date().toISOString(),
      level: "ERROR",
      target: "schema_engine::logger",
      fields,
    };
    console.error(JSON.stringify(line));
    process.exitCode = 1;
  }
}

/** Answers one JSON-RPC request per line, one after the other, until standard input ends. */
async function serve() {
  const bindings = await loadEngine();
  const adapters = bindMigrationAwareSqlAdapterFactory(
    migrationAdapterFactory(datasource.url ?? NO_DATABASE, datasource.shadowDatabaseUrl),
  );
  const datamodels = options.datamodels?.map((file) => [file, readFileSync(file, "utf8")]);
  let engine;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    const request = JSON.parse(line);
    // Answers to our own notifications have no method.
    if (request.method === undefined) continue;
    try {
      engine ??= await bindings.SchemaEngine.new({ datamodels }, () => {}, adapters);
      const answer = await engine[methodOf(request.method)](request.params ?? undefined);
      const result = answer instanceof Map ? Object.fromEntries(answer) : (answer ?? {});
      // The native engine prints a diff itself, by asking Prisma to.
      if (request.method === "diff" && result.stdout != null) {
        send({ id: 1e9, method: "print", params: { content: result.stdout } });
      }
      send({ id: request.id, result });
    } catch (error) {
      const data = {
        is_panic: false,
        message: error.message,
        meta: error.meta ?? null,
        error_code: error.code ?? null,
      };
      send({
        id: request.id,
        error: { code: ENGINE_ERROR, message: "An error happened. Check the data field for details.", data },
      });
    }
  }
  // Pools may still hold connections; Prisma has its answers.
  process.exit(0);
}

/** `get_database_version` and `getDatabaseVersion` → the name that the WebAssembly build uses. */
function methodOf(method) {
  if (method === "getDatabaseVersion") return "version";
  return method.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
}
