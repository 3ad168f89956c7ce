import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { hexToUuid, ID_PREFIXES, idTime, newId, readId, showId, uuidToHex, type IdKind } from "#lib/ids.ts";

const KINDS = Object.keys(ID_PREFIXES) as IdKind[];
const kinds = fc.constantFrom(...KINDS);
const uuids = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => hexToUuid(Buffer.from(bytes).toString("hex")));

test("a new id is a UUIDv7 that carries its time", () => {
  const id = newId(1_794_831_600_123);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(idTime(id)).toBe(1_794_831_600_123);
});

test("ids of later milliseconds sort later, as UUIDs and as TypeIDs", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.integer({ min: 1, max: 2 ** 40 }), (now, later) => {
      const [first, second] = [newId(now), newId(now + later)];
      expect(first < second).toBe(true);
      expect(showId("task", first) < showId("task", second)).toBe(true);
    }),
  );
});

test("ids of one millisecond differ", () => {
  expect(new Set(Array.from({ length: 1_000 }, () => newId(1))).size).toBe(1_000);
});

// The valid examples of the TypeID specification, https://github.com/jetify-com/typeid/tree/main/spec
test.each([
  ["00000000-0000-0000-0000-000000000000", "00000000000000000000000000"],
  ["00000000-0000-0000-0000-000000000001", "00000000000000000000000001"],
  ["00000000-0000-0000-0000-00000000000a", "0000000000000000000000000a"],
  ["00000000-0000-0000-0000-000000000010", "0000000000000000000000000g"],
  ["00000000-0000-0000-0000-000000000020", "00000000000000000000000010"],
  ["ffffffff-ffff-ffff-ffff-ffffffffffff", "7zzzzzzzzzzzzzzzzzzzzzzzzz"],
  ["0110c853-1d09-52d8-d73e-1194e95b5f19", "0123456789abcdefghjkmnpqrs"],
  ["01890a5d-ac96-774b-bcce-b302099a8057", "01h455vb4pex5vsknk084sn02q"],
])("%s is shown as tsk_%s", (uuid, letters) => {
  expect(showId("task", uuid)).toBe(`tsk_${letters}`);
  expect(readId("task", `tsk_${letters}`)).toBe(uuid);
});

test("every id reads back from each of its renderings", () => {
  fc.assert(
    fc.property(kinds, uuids, (kind, uuid) => {
      expect(readId(kind, showId(kind, uuid))).toBe(uuid);
      expect(readId(kind, uuid)).toBe(uuid);
      expect(readId(kind, ` ${showId(kind, uuid).toUpperCase()} `)).toBe(uuid);
      expect(hexToUuid(uuidToHex(uuid))).toBe(uuid);
    }),
  );
});

describe("what is no id of that kind reads as null", () => {
  test("another kind's id", () => {
    fc.assert(
      fc.property(kinds, kinds, uuids, (kind, other, uuid) => {
        fc.pre(kind !== other);
        expect(readId(other, showId(kind, uuid))).toBeNull();
      }),
    );
  });

  test.each([
    "",
    "tsk_",
    "tsk_01h455vb4pex5vsknk084sn02",
    "tsk_01h455vb4pex5vsknk084sn02qq",
    "tsk_8zzzzzzzzzzzzzzzzzzzzzzzzz",
    "tsk_01h455vb4pex5vsknk084sn02i",
    "tsk_01h455vb4pex5vsknk084sn02u",
    "tsk-01h455vb4pex5vsknk084sn02q",
    "01h455vb4pex5vsknk084sn02q",
    "01890a5dac96774bbcceb302099a8057",
    "../../etc/passwd",
  ])("%j", (text) => {
    expect(readId("task", text)).toBeNull();
  });

  test("any other text, without an error", () => {
    fc.assert(fc.property(kinds, fc.string(), (kind, text) => readId(kind, text) === null));
  });
});
