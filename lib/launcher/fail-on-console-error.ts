import { format } from "node:util";
import { afterEach, beforeEach } from "vitest";

/**
 * Vitest's set-up of every test file: a `console.error` that the test did not expect fails it. A test that expects one
 * replaces `console.error` itself (`vi.spyOn(console, "error").mockImplementation(() => {})`).
 */
const complaints: string[] = [];
const original = console.error;

beforeEach(() => {
  complaints.length = 0;
  console.error = (...parts: unknown[]) => {
    complaints.push(format(...parts));
  };
});

afterEach(() => {
  console.error = original;
  if (complaints.length > 0) throw new Error(`Unexpected console.error:\n${complaints.join("\n")}`);
});
