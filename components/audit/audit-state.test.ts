import { expect, test } from "vitest";

import {
  buildAuditState,
  EMPTY_AUDIT_STATE,
  isFiltered,
  parseAuditState,
  toAuditQuery,
  type AuditState,
} from "#components/audit/audit-state.ts";
import { NO_AUDIT_FILTERS } from "#lib/audit/queries.ts";

const NOW = Date.UTC(2026, 10, 20, 12, 34, 56);

test("defaults give an empty query, and the other way round", () => {
  expect(buildAuditState(EMPTY_AUDIT_STATE).toString()).toBe("");
  expect(parseAuditState(new URLSearchParams())).toEqual(EMPTY_AUDIT_STATE);
  expect(isFiltered({ ...EMPTY_AUDIT_STATE, cursor: "aud_1" })).toBe(false);
});

test("parse and build are a pair", () => {
  const state: AuditState = {
    filters: { ...NO_AUDIT_FILTERS, actor: "nobody", action: "session.sign_in_failed", object: "li@" },
    range: "7d",
    cursor: "aud_1",
    direction: "newer",
  };
  expect(parseAuditState(buildAuditState(state))).toEqual(state);
  expect(isFiltered(state)).toBe(true);
});

test("a named range wins over dates, and becomes a moment that stays for a while", () => {
  const state = parseAuditState({ time: "24h", from: "2026-01-01T00:00:00Z" });
  expect(state.filters.from).toBe("");
  expect(toAuditQuery(state, NOW, "UTC").filters.from).toBe("2026-11-19T12:00:00.000Z");
});
