import { randomUUID } from "node:crypto";
import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import pg from "pg";

/** Object ids of PostgreSQL's types (pg_type.oid). */
const OID_CHAR = 18;
const OID_TEXT = 25;

/**
 * Prisma's adapter for pg, as a factory for the schema engine, with what 7.10 lacks in that role:
 *
 * - it cannot read the one-byte type `"char"`, which the catalogues are full of;
 * - it cuts scripts at every semicolon, also inside function bodies and strings;
 * - given a connection string, its shadow database would be the real one, because pg lets the string win;
 * - it drops the shadow database while its own pool is still connected to it.
 *
 * @param {string} url of the database, with Prisma's optional `?schema=`
 * @param {string | undefined} shadowUrl a shadow database to use instead of a temporary one
 */
export function migrationAdapterFactory(url, shadowUrl) {
  const factory = new PrismaPg(configOf(url), {
    schema: new URL(url).searchParams.get("schema") ?? undefined,
  });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => completed(await connect());
  factory.connectToShadowDb = async () => {
    if (shadowUrl === undefined) return temporaryDatabase(url);
    if (shadowUrl === url) throw new Error("The shadow database must not be the database itself.");
    return migrationAdapterFactory(shadowUrl).connect();
  };
  return factory;
}

/**
 * A connected client for `url`, or for another database of the same server.
 * @param {string} url
 * @param {string} [database]
 */
export async function connectTo(url, database) {
  const client = new pg.Client({ ...configOf(url), ...(database === undefined ? {} : { database }) });
  await client.connect();
  return client;
}

async function temporaryDatabase(url) {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  await onServer(url, `CREATE DATABASE "${name}"`);
  const shadow = new URL(url);
  shadow.pathname = `/${name}`;
  const adapter = await migrationAdapterFactory(shadow.href).connect();
  const dispose = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await dispose();
    await onServer(url, `DROP DATABASE IF EXISTS "${name}"`);
  };
  return adapter;
}

async function onServer(url, sql) {
  const client = await connectTo(url);
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The parts of a connection string, as pg reads them, without the string. */
function configOf(url) {
  const { host, port, user, password, database, ssl } = new pg.Client({ connectionString: url });
  // Idle connections stay: the migration lock belongs to one.
  return { host, port, user, password, database, ssl, max: 5, idleTimeoutMillis: 0 };
}

function completed(adapter) {
  const performIO = adapter.performIO.bind(adapter);
  const queryRaw = adapter.queryRaw.bind(adapter);
  let charColumns = [];
  adapter.performIO = async (query) => {
    const result = await performIO(query);
    charColumns = [];
    result.fields?.forEach((field, index) => {
      if (field.dataTypeID !== OID_CHAR) return;
      charColumns.push(index);
      field.dataTypeID = OID_TEXT;
    });
    return result;
  };
  adapter.queryRaw = async (query) => {
    const result = await queryRaw(query);
    for (const index of charColumns) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
  adapter.executeScript = async (script) => {
    try {
      await adapter.client.query(script);
    } catch (error) {
      adapter.onError(error);
    }
  };
  return adapter;
}
