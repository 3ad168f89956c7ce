import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { ROOT, runStep } from "#lib/launcher/quiet-step.ts";

export type StepOutcome = {
  passed: number;
  failed: number;
  skipped: number;
  /** Tests that did not just pass, as "failed: file: name". */
  remarks: string[];
  output: string;
};

/** What is read of vitest's JSON report. */
type VitestReport = Record<
  "numPassedTests" | "numFailedTests" | "numPendingTests" | "numTodoTests",
  number
> & {
  testResults: {
    name: string;
    status: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
};

/** What is read of Playwright's JSON report. */
type PlaywrightSpec = { title: string; file: string; tests: { status: string }[] };
type PlaywrightSuite = { suites?: PlaywrightSuite[]; specs: PlaywrightSpec[] };
type PlaywrightReport = {
  stats: Record<"expected" | "unexpected" | "flaky" | "skipped", number>;
  suites: PlaywrightSuite[];
};

/** A check that counts nothing: it passes, or fails once. */
export async function runCheck(bin: string, args: readonly string[]): Promise<StepOutcome> {
  const { code, output } = await runStep(process.execPath, [script(bin), ...args]);
  const remarks = code === 0 ? [] : ["failed"];
  return { passed: 0, failed: remarks.length, skipped: 0, remarks, output };
}

/** One project of vitest.config.ts, counted by vitest's own JSON report. */
export async function runVitest(
  project: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<StepOutcome> {
  return withReport(
    async (file) => {
      const report = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
      return runStep(
        process.execPath,
        [script("vitest"), "run", "--project", project, ...report, ...args],
        env,
      );
    },
    (json) => {
      const report = json as VitestReport;
      return {
        passed: report.numPassedTests,
        failed: report.numFailedTests,
        skipped: report.numPendingTests + report.numTodoTests,
        remarks: report.testResults.flatMap(({ name, status, assertionResults }) => {
          const file = path.relative(ROOT, name);
          const told = assertionResults.filter((test) => test.status !== "passed");
          if (status === "failed" && !told.some((test) => test.status === "failed"))
            return [`failed: ${file}`];
          return told.map((test) => `${test.status}: ${file}: ${test.fullName}`);
        }),
      };
    },
  );
}

/** The journeys, counted by Playwright's own JSON report. */
export async function runPlaywright(args: readonly string[] = []): Promise<StepOutcome> {
  return withReport(
    async (file) =>
      runStep(process.execPath, [script("playwright"), "test", "--reporter=list,json", ...args], {
        PLAYWRIGHT_JSON_OUTPUT_FILE: file,
      }),
    (json) => {
      const { stats, suites } = json as PlaywrightReport;
      const remarks = suites.flatMap(specsOf).flatMap(({ tests, file, title }) =>
        tests.flatMap(({ status }) => {
          const word = REMARKS[status];
          return word === undefined ? [] : [`${word}: e2e/${file}: ${title}`];
        }),
      );
      return {
        passed: stats.expected,
        // A test that passed only when repeated has shown a fault.
        failed: stats.unexpected + stats.flaky,
        skipped: stats.skipped,
        remarks,
      };
    },
  );
}

/** What each of Playwright's outcomes but "expected" is called here. */
const REMARKS: Record<string, string> = {
  unexpected: "failed",
  flaky: "failed, and passed when repeated",
  skipped: "skipped",
};

const specsOf = ({ specs, suites = [] }: PlaywrightSuite): PlaywrightSpec[] => [
  ...specs,
  ...suites.flatMap(specsOf),
];

/** The matrix of sources and templates (bench/matrix), which says every result as it comes and counts in its last line. */
export async function runMatrix(args: readonly string[] = []): Promise<StepOutcome> {
  const script = path.join(ROOT, "bench", "matrix", "run.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    process.stdout.write(chunk);
    output += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [, passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed\n$/m.exec(output) ?? [];
  // What it found has been said.
  return {
    passed: Number(passed),
    failed: code === 0 ? 0 : Math.max(1, Number(failed)),
    skipped: 0,
    remarks: [],
    output: "",
  };
}

async function withReport(
  run: (file: string) => Promise<{ code: number | null; output: string }>,
  count: (json: unknown) => Omit<StepOutcome, "output">,
): Promise<StepOutcome> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "vod-report-"));
  const file = path.join(folder, "report.json");
  try {
    const { code, output } = await run(file);
    const counts = existsSync(file)
      ? count(JSON.parse(readFileSync(file, "utf8")))
      : { passed: 0, failed: 0, skipped: 0, remarks: [] };
    // A file that could not be loaded or an error outside of any test fails the run without a failed test.
    if (code !== 0 && counts.failed === 0) {
      counts.failed = 1;
      if (!counts.remarks.some((remark) => remark.startsWith("failed")))
        counts.remarks.push("failed: outside of the tests");
    }
    return { ...counts, output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The JavaScript behind a command of node_modules/.bin, so that no shell and no shebang chooses the Node. */
function script(bin: string): string {
  const [packageName = bin, command = bin] = BINS[bin] ?? [];
  const manifest = path.join(ROOT, "node_modules", packageName, "package.json");
  const { bin: bins } = JSON.parse(readFileSync(manifest, "utf8")) as {
    bin: string | Record<string, string>;
  };
  const file = typeof bins === "string" ? bins : bins[command];
  if (file === undefined) throw new Error(`${packageName} has no command ${command}.`);
  return path.join(path.dirname(manifest), file);
}

/** Commands that are named differently from their package. */
const BINS: Record<string, readonly [packageName: string, command: string]> = {
  tsc: ["typescript", "tsc"],
  playwright: ["@playwright/test", "playwright"],
};
