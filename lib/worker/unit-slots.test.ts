import { expect, test } from "vitest";

import { UnitSlots } from "#lib/worker/unit-slots.ts";

/** Slots whose units end when the test says so. */
function makeSlots() {
  const running = new Map<number, () => void>();
  const taking: number[] = [];
  const slots = new UnitSlots(
    [0, 1],
    async (slot) => {
      expect(running.has(slot)).toBe(false);
      taking.push(slot);
      return {
        close: () => {
          taking.splice(taking.indexOf(slot), 1);
          return new Promise<void>((resolve) => running.set(slot, resolve));
        },
      };
    },
    () => void slots.set(true),
  );
  const end = async (slot: number) => {
    running.get(slot)?.();
    running.delete(slot);
    // Two turns of promises, and the opening.
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { slots, taking, end };
}

test("a slot that is closed while a unit runs in it is opened again only after that unit's end", async () => {
  const { slots, taking, end } = makeSlots();
  await slots.set(true);
  expect(taking).toEqual([0, 1]);
  await slots.set(false);
  expect(slots.openCount).toBe(0);
  await slots.set(true);
  expect(taking).toEqual([]);
  await end(1);
  expect(taking).toEqual([1]);
  await end(0);
  expect(taking).toEqual([1, 0]);
});

test("opened twice, a slot takes units once", async () => {
  const { slots, taking } = makeSlots();
  await slots.set(true);
  await slots.set(true);
  expect(taking).toEqual([0, 1]);
});

test("a slot is lent only while no unit runs in it, and takes units again when it comes back", async () => {
  const { slots, taking, end } = makeSlots();
  await slots.set(true);
  slots.begin(0);
  expect(slots.idleCount).toBe(1);
  const lent = slots.borrow();
  expect(taking).toEqual([0]);
  expect(await slots.borrow()).toBeNull();
  await end(1);
  const got = await lent;
  expect(got?.slot).toBe(1);
  await slots.set(true);
  expect(taking).toEqual([0]);
  got?.giveBack();
  await end(1);
  expect(taking).toEqual([0, 1]);
});

test("a slot that gets a unit while it is being closed is not lent, and opened again after that unit's end", async () => {
  const { slots, taking, end } = makeSlots();
  await slots.set(true);
  slots.begin(0);
  const lent = slots.borrow();
  slots.begin(1);
  expect(await lent).toBeNull();
  expect(taking).toEqual([0]);
  slots.end(1);
  await end(1);
  expect(taking).toEqual([0, 1]);
});
