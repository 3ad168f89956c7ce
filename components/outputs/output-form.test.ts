import { expect, test } from "vitest";

import {
  connectionKey,
  formOf,
  outputRules,
  toInput,
  withProvider,
  withRegion,
  type OutputFormValues,
} from "#components/outputs/output-form.ts";

const fresh = formOf(null, ["/srv/outputs"]);
const check = async (values: OutputFormValues, isNew = true) => {
  const options = { shouldUseNativeValidation: false, fields: {} };
  return Object.keys((await outputRules(isNew)(values, undefined, options)).errors);
};

test("a provider's addresses follow the provider and the region, until they were typed", () => {
  const oss = withProvider(fresh, "oss");
  expect(oss).toMatchObject({
    endpoint: "https://s3.oss-cn-hangzhou.aliyuncs.com",
    region: "cn-hangzhou",
    forcePathStyle: false,
  });
  expect(withRegion(oss, "cn-beijing").endpoint).toBe("https://s3.oss-cn-beijing.aliyuncs.com");
  const typed = { ...oss, endpoint: "https://oss.example.com" };
  expect(withRegion(typed, "cn-beijing")).toMatchObject({
    endpoint: "https://oss.example.com",
    region: "cn-beijing",
  });
  expect(withProvider(typed, "cos").endpoint).toBe("https://oss.example.com");
  expect(withProvider(oss, "compatible")).toMatchObject({ endpoint: "", region: "", forcePathStyle: true });
  expect(withProvider(withProvider(oss, "local"), "oss").endpoint).toBe(oss.endpoint);
});

test("an Output needs what its type needs, field by field", async () => {
  expect(await check(fresh)).toEqual(["name", "bucket", "accessKeyId", "secretAccessKey"]);
  const local = { ...fresh, provider: "local" as const, name: "films" };
  expect(await check(local)).toEqual([]);
  expect(await check({ ...local, folder: "films/../.." })).toEqual(["folder"]);
  const kept = { ...fresh, name: "a", bucket: "media", replaceKeys: false };
  expect(await check(kept, false)).toEqual([]);
  expect(await check({ ...kept, replaceKeys: true, accessKeyId: "AK" }, false)).toEqual(["secretAccessKey"]);
  const wrong = {
    ...kept,
    endpoint: "https://user:pw@s3.example.com",
    prefix: "a/../b",
    publicBaseUrl: "https://cdn.example.com/?a=b",
    callbackUrl: "ftp://hooks.example.com",
  };
  expect(await check(wrong, false)).toEqual(["endpoint", "prefix", "publicBaseUrl", "callbackUrl"]);
});

test("keys are sent only when they are replaced, and names and addresses are not the connection", () => {
  const kept = { ...fresh, replaceKeys: false, accessKeyId: "AK", secretAccessKey: "canary" };
  expect(JSON.stringify(toInput(kept))).not.toContain("canary");
  expect(toInput({ ...kept, replaceKeys: true })).toMatchObject({ secretAccessKey: "canary" });
  expect(connectionKey({ ...kept, name: "other", callbackUrl: "https://a.example" })).toBe(
    connectionKey(kept),
  );
  expect(connectionKey({ ...kept, prefix: "b/" })).not.toBe(connectionKey(kept));
});
