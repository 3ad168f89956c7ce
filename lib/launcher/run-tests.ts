import path from "node:path";

import { ensureBuild, ensurePrismaClient } from "#lib/launcher/build.ts";
import { LauncherError, runMain } from "#lib/launcher/quiet-step.ts";
import { ensureRadosgw } from "#lib/launcher/radosgw-packages.ts";
import {
  BROWSER_TOOLS,
  DEBIAN_POSTGRES,
  ensureSystemTools,
  hasTool,
  workerTools,
  type SystemTool,
} from "#lib/launcher/system-tools.ts";
import { runCheck, runMatrix, runPlaywright, runVitest, type StepOutcome } from "#lib/launcher/test-steps.ts";

type Needs = "build" | "ffmpeg" | "browser" | "server";
type Step = {
  name: string;
  needs: readonly Needs[];
  /** Run when it is named, not by a plain `npm test`: it takes long, and a part of it is in another step. */
  isOnRequest?: boolean;
  run: (args: string[]) => Promise<StepOutcome | undefined>;
};

/** In this order: what fails fastest comes first. */
const STEPS: readonly Step[] = [
  { name: "format", needs: [], run: () => runCheck("prettier", ["--check", "."]) },
  { name: "lint", needs: [], run: () => runCheck("eslint", [".", "--max-warnings", "0"]) },
  { name: "types", needs: ["build"], run: () => runCheck("tsc", ["--noEmit"]) },
  { name: "unit", needs: [], run: (args) => runVitest("unit", args) },
  { name: "db", needs: ["build", "ffmpeg"], run: (args) => runVitest("db", args) },
  { name: "db-server", needs: ["build", "ffmpeg", "server"], run: runOnDebianServer },
  { name: "s3", needs: ["build", "ffmpeg"], run: runWithS3 },
  { name: "media", needs: ["ffmpeg"], run: (args) => runVitest("media", args) },
  { name: "browser", needs: ["build", "ffmpeg", "browser"], run: (args) => runPlaywright(args) },
  { name: "matrix", needs: ["ffmpeg", "browser"], isOnRequest: true, run: (args) => runMatrix(args) },
];

/** The database tests against Debian's PostgreSQL; vitest.config.ts leaves out those that are not about a server. */
async function runOnDebianServer(args: string[]): Promise<StepOutcome | undefined> {
  if (DEBIAN_POSTGRES.file === undefined || !hasTool(DEBIAN_POSTGRES)) return undefined;
  const TEST_POSTGRES_DIR = path.dirname(path.dirname(DEBIAN_POSTGRES.file));
  return runVitest("db", args, { TEST_POSTGRES_DIR });
}

/** Published to a real S3 server; where its packages are not to be had, this is said and left out. */
async function runWithS3(args: string[]): Promise<StepOutcome | undefined> {
  return (await ensureRadosgw()) === undefined ? undefined : runVitest("s3", args);
}

/**
 * `npm test`: every step that does not wait to be named; `npm test -- unit db`: these; `npm test -- browser -- e2e/sign-in.spec.ts`: with arguments
 * for the step's own runner. Ends with one line, `N passed, N failed`.
 */
await runMain(async () => {
  const [names, args] = splitAtDashes(process.argv.slice(2));
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new LauncherError(
      `There is no step ${unknown.join(", ")}: ${STEPS.map((step) => step.name).join(", ")}.`,
    );
  }
  const steps = STEPS.filter((step) =>
    names.length === 0 ? step.isOnRequest !== true : names.includes(step.name),
  );
  await prepare(new Set(steps.flatMap((step) => step.needs)));

  const total = { passed: 0, failed: 0, remarks: [] as string[] };
  for (const step of steps) {
    const startedAt = Date.now();
    const outcome = await step.run(args);
    console.log(
      `${step.name.padEnd(10)} ${outcome === undefined ? "not run: no server" : summary(outcome, startedAt)}`,
    );
    if (outcome === undefined) continue;
    total.passed += outcome.passed;
    total.failed += outcome.failed;
    total.remarks.push(...outcome.remarks.map((remark) => `${step.name}: ${remark}`));
    if (outcome.remarks.some((remark) => !remark.startsWith("skipped")))
      console.log(`\n${outcome.output.trimEnd()}\n`);
  }
  // Once more where a log is read first, below pages of output.
  for (const line of total.remarks) console.log(line);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
});

async function prepare(needs: ReadonlySet<Needs>): Promise<void> {
  const tools: SystemTool[] = [];
  if (needs.has("ffmpeg")) tools.push(...workerTools());
  if (needs.has("browser") && process.platform === "linux" && !process.env["CHROMIUM_PATH"])
    tools.push(...BROWSER_TOOLS);
  // Debian's package also starts a server of its own: that is for machines that are ours, not for somebody's laptop.
  if (needs.has("server") && process.getuid?.() === 0) tools.push(DEBIAN_POSTGRES);
  await ensureSystemTools(tools);
  await (needs.has("build") ? ensureBuild() : ensurePrismaClient());
}

function summary({ passed, failed, skipped }: StepOutcome, startedAt: number): string {
  const seconds = `${((Date.now() - startedAt) / 1_000).toFixed(1)} s`;
  if (passed + failed + skipped === 0) return `ok (${seconds})`;
  if (passed + skipped === 0) return `failed (${seconds})`;
  const counts = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return `${counts.join(", ")} (${seconds})`;
}

function splitAtDashes(all: readonly string[]): [string[], string[]] {
  const at = all.indexOf("--");
  return at === -1 ? [[...all], []] : [all.slice(0, at), all.slice(at + 1)];
}
