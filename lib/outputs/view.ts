import type { StorageProvider } from "#lib/outputs/storage-providers.ts";
import type { DeliveryRate } from "#lib/webhooks/view.ts";

export type OutputView = {
  /** out_… */
  id: string;
  name: string;
  type: "local" | "s3";
  provider: StorageProvider;
  /** For people: "local: media" or "s3://bucket/prefix/". Paths of files are shown after it. */
  location: string;
  /** Without a slash at the end; a file's address is this, a slash and its path inside the Output. */
  publicBaseUrl: string | null;
  createdAt: string;
};

/** What one step of a test did, in this order. */
export const TEST_STEPS = ["resolve", "authenticate", "write", "read", "delete"] as const;
export type TestStepName = (typeof TEST_STEPS)[number];
/** `code` and `detail` are the server's or the system's own words; `skipped`: an earlier step failed, or it means nothing here. */
export type TestStep = {
  step: TestStepName;
  ok: boolean;
  code?: string;
  detail?: string;
  ms: number;
  skipped?: true;
};

/** `cleanup`: everything but deleting works, so tasks succeed and old files stay behind. */
export const TEST_OUTCOMES = ["ok", "cleanup", "failed"] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

/** Answer of a test of the connection. */
export type OutputTest = { at: string; outcome: TestOutcome; steps: TestStep[] };

/** An Output with its settings and its use. Credentials have no place in it; a query of the callback is for admins. */
export type OutputSummary = OutputView & {
  /** local: the whole path for admins, null for everybody else. */
  folder: string | null;
  /** s3: null means AWS's own. */
  endpoint: string | null;
  region: string;
  bucket: string;
  prefix: string;
  forcePathStyle: boolean;
  /** Whether an access key and a secret are stored. */
  hasCredentials: boolean;
  callbackUrl: string | null;
  /** Since when it cannot be chosen for new tasks; null while it can. */
  archivedAt: string | null;
  /** Tasks on record that publish here. */
  taskCount: number;
  /** Those of them that are queued or running. */
  activeTaskCount: number;
  /** When the last of them was created. */
  lastUsedAt: string | null;
  /** Of the connection as it is saved; null after it was changed. */
  lastTest: OutputTest | null;
  /** Of its callbacks in the last seven days. */
  callbackRate: DeliveryRate;
};

/** One Output; `isPlaceFixed`: folder, bucket and prefix stay, because tasks on record have files there or are about to. */
export type OutputDetail = OutputSummary & { isPlaceFixed: boolean };
