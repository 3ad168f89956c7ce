import { rmSync } from "node:fs";

import { checkResult, type Result } from "./check-result.ts";
import { expectedFailure } from "./expected.ts";
import type { MatrixSource } from "./sources.ts";
import { FailureError } from "#lib/errors.ts";
import type { EncodeSpec } from "#lib/media/encode-spec.ts";
import { produceAll, type Produced } from "#lib/media/test-pipeline.ts";

export type Pair = { source: MatrixSource; template: string; spec: EncodeSpec };

/** `result`: what happened in a word or a code; problems: nothing when it is what was expected. */
export type Outcome = { result: string; problems: string[]; seconds: number };

export type PairOptions = {
  sourcePath: string;
  /** Made by the pair and removed when it is done. */
  workDir: string;
  slot: number;
  threads: number;
  /** What is done with a result that is as expected, before it is removed; returns further problems. */
  use?: (pair: Pair, result: Result) => Promise<string[]>;
};

/** Takes one source through the product's pipeline with one template, and looks at what came out. */
export async function runPair(pair: Pair, options: PairOptions): Promise<Outcome> {
  const startedAt = performance.now();
  const done = (result: string, problems: string[]): Outcome => ({
    result,
    problems,
    seconds: (performance.now() - startedAt) / 1000,
  });
  const wanted = expectedFailure(pair.source, pair.spec);
  try {
    const { sourcePath, workDir, slot, threads } = options;
    const jobs = { result: pair.spec };
    const [made] = await produceAll(sourcePath, jobs, workDir, { slot, threads });
    if (made === undefined) return done("nothing", ["nothing was produced"]);
    if (wanted !== null) return done("verified", [`it should have failed with ${wanted}`]);
    const result = resultOf(made);
    const problems = await checkResult(result, pair.spec, pair.source, sourcePath);
    if (problems.length === 0 && options.use) problems.push(...(await options.use(pair, result)));
    return done(problems.length === 0 ? "verified" : "wrong", problems);
  } catch (error) {
    const code = failureCode(error);
    if (code !== null && code === wanted) return done(code, []);
    return done(code ?? "error", [words(error)]);
  } finally {
    rmSync(options.workDir, { recursive: true, force: true });
  }
}

export const resultOf = ({ dir, packaged }: Produced): Result => ({
  dir,
  primary: packaged.primary,
  files: packaged.files.map(({ path }) => path),
});

/** The pipeline throws a FailureError; a plan's own failure comes as an Error that carries it. */
function failureCode(error: unknown): string | null {
  if (error instanceof FailureError) return error.failure.code;
  const planned = (error as { failure?: { code: string } }).failure;
  return planned?.code ?? null;
}

function words(error: unknown): string {
  const { failure, message } = error as { failure?: object; message: string };
  return failure === undefined ? message : JSON.stringify(failure);
}
