import type { Output } from "#lib/db/generated/client.ts";
import type { OutputTest, TestOutcome, TestStep } from "#lib/outputs/view.ts";

/** What a test says about the Output as a whole. */
export function testOutcome(steps: readonly TestStep[]): TestOutcome {
  const failed = steps.filter(({ ok, skipped }) => !ok && !skipped);
  if (failed.length === 0) return "ok";
  return failed.every(({ step }) => step === "delete") ? "cleanup" : "failed";
}

/** The last test that is kept with an Output. */
export function lastTestOf(row: Pick<Output, "lastTest" | "lastTestAt">): OutputTest | null {
  if (row.lastTest === null || row.lastTestAt === null) return null;
  // Written by testOutput alone.
  const steps = row.lastTest as TestStep[];
  return { at: row.lastTestAt.toISOString(), outcome: testOutcome(steps), steps };
}
