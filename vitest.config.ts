import { defineConfig } from "vitest/config";

const DB_TESTS = ["**/*.db.test.ts", "**/contract.test.ts", "**/*.contract.test.ts"];
const S3_TESTS = ["**/*.s3.test.ts"];
const MEDIA_TESTS = ["**/*.media.test.ts"];
const IGNORED = ["**/node_modules/**", ".next/**", "data/**", "e2e/**"];
/**
 * What has nothing to learn from another server: the embedded one, its backups, long tables of files and faults, and
 * encodes of minutes, whose rows other tests ask about (chunk-rows, claim-task, worker, worker-faults).
 */
const EMBEDDED_ONLY = [
  "lib/launcher/embedded-postgres.db.test.ts",
  "lib/launcher/backup/**",
  "lib/worker/{failure-table,malicious-media,blocked-addresses,split-run}.db.test.ts",
  "lib/worker/worker-{chunks,chunks-shared,disk,inputs,memory}.db.test.ts",
  "bench/**",
  "deploy/**",
];
const isOnOtherServer = (process.env["TEST_POSTGRES_DIR"] ?? "") !== "";

/** What is waited for comes late on a busy machine of two cores. */
const patience = { poll: { timeout: 15_000 } };

const complaints = "./lib/launcher/fail-on-console-error.ts";

// Four kinds of test, by file name: pure rules, real PostgreSQL, a real S3 server beside it, real ffmpeg.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...IGNORED, ...DB_TESTS, ...S3_TESTS, ...MEDIA_TESTS],
          setupFiles: [complaints],
        },
      },
      {
        test: {
          name: "db",
          include: DB_TESTS,
          exclude: isOnOtherServer ? [...IGNORED, ...EMBEDDED_ONLY] : IGNORED,
          globalSetup: ["./lib/db/test-server.ts"],
          setupFiles: [complaints, "./lib/db/test-database.ts"],
          expect: patience,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "s3",
          include: S3_TESTS,
          exclude: IGNORED,
          globalSetup: ["./lib/db/test-server.ts", "./lib/launcher/test-s3-server.ts"],
          setupFiles: [complaints, "./lib/db/test-database.ts"],
          expect: patience,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "media",
          include: MEDIA_TESTS,
          exclude: IGNORED,
          setupFiles: [complaints],
          expect: patience,
          // An encode on a busy machine of two cores.
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
