/**
 * Where an Output can be, in the words that people and vendors use. All but `local` speak S3's protocol and are one type
 * in the database; a provider is recognised by its endpoint. Pure; used in the browser too.
 *
 * Endpoints: AWS and Tencent as their SDKs build them; Alibaba's S3-compatible one from
 * https://help.aliyun.com/en/oss/developer-reference/use-aws-sdks-to-access-oss; Huawei's from its OBS region list.
 */
export const STORAGE_PROVIDERS = ["s3", "oss", "cos", "obs", "compatible", "local"] as const;
export type StorageProvider = (typeof STORAGE_PROVIDERS)[number];

type CloudProvider = Exclude<StorageProvider, "compatible" | "local">;

type Preset = { endpoint: (region: string) => string; exampleRegion: string; pattern: RegExp };

/** All of them want the bucket in the host name; Alibaba refuses anything else. */
const PRESETS = {
  s3: {
    endpoint: (region) => `https://s3.${region}.amazonaws.com`,
    exampleRegion: "eu-central-1",
    pattern: /\.amazonaws\.com(\.cn)?$/,
  },
  oss: {
    endpoint: (region) => `https://s3.oss-${region}.aliyuncs.com`,
    exampleRegion: "cn-hangzhou",
    pattern: /\.aliyuncs\.com$/,
  },
  cos: {
    endpoint: (region) => `https://cos.${region}.myqcloud.com`,
    exampleRegion: "ap-guangzhou",
    pattern: /\.myqcloud\.com$/,
  },
  obs: {
    endpoint: (region) => `https://obs.${region}.myhuaweicloud.com`,
    exampleRegion: "cn-north-4",
    pattern: /\.myhuaweicloud\.com$/,
  },
} as const satisfies Record<CloudProvider, Preset>;

const isCloud = (provider: StorageProvider): provider is CloudProvider => Object.hasOwn(PRESETS, provider);

/** What a provider's form starts with; null for those that have no addresses of their own. */
export function presetOf(
  provider: StorageProvider,
  region = "",
): { endpoint: string; region: string; forcePathStyle: boolean } | null {
  if (!isCloud(provider)) return null;
  const preset = PRESETS[provider];
  const wanted = region === "" ? preset.exampleRegion : region;
  return { endpoint: preset.endpoint(wanted), region: wanted, forcePathStyle: false };
}

/** The provider of an Output's row or form. */
export function providerOf({
  type,
  endpoint,
}: {
  type: "local" | "s3";
  endpoint: string | null;
}): StorageProvider {
  if (type === "local") return "local";
  // Without an endpoint the S3 client calls AWS.
  if (endpoint === null || endpoint === "") return "s3";
  const host = URL.parse(endpoint)?.hostname ?? "";
  const known = (Object.keys(PRESETS) as CloudProvider[]).find((name) => PRESETS[name].pattern.test(host));
  return known ?? "compatible";
}

/** The scheme that a bucket's address is shown with: `oss://bucket/prefix/`. */
export function bucketScheme(provider: StorageProvider): string {
  return provider === "compatible" ? "s3" : provider;
}
