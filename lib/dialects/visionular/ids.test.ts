import fc from "fast-check";
import { expect, test } from "vitest";

import { readVendorTaskId, toVendorStorageId, toVendorTaskId } from "#lib/dialects/visionular/ids.ts";
import { newId, showId } from "#lib/ids.ts";

test("a task id is the UTC second of its making and the last 18 hex digits", () => {
  const id = showId("task", "01934f5e-6b7a-7c3d-8e4f-5a6b7c8d9e0f");
  expect(toVendorTaskId(id)).toBe("202411211536483d8e4f5a6b7c8d9e0f");
});

test("it is read back as the second and the digits, which the id lies in", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (time) => {
      const uuid = newId(time);
      const read = readVendorTaskId(toVendorTaskId(showId("task", uuid)))!;
      expect(read.from.getTime()).toBeLessThanOrEqual(time);
      expect(read.to.getTime()).toBeGreaterThan(time);
      expect(read.to.getTime() - read.from.getTime()).toBe(1000);
      expect(uuid.replaceAll("-", "").endsWith(read.idEnd)).toBe(true);
    }),
  );
});

test("what is no such id is none", () => {
  for (const text of [
    "",
    "20241121171446",
    "2024112117144634e8e4f5a6b7c8d9e0fz",
    "202413211714463d8e4f5a6b7c8d9e0f",
    "tsk_1",
  ])
    expect(readVendorTaskId(text)).toBeNull();
});

test("a storage id is the last 16 hex digits", () => {
  expect(toVendorStorageId(showId("output", "01934f5e-6b7a-7c3d-8e4f-5a6b7c8d9e0f"))).toBe(
    "8e4f5a6b7c8d9e0f",
  );
});
