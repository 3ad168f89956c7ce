export type OutputView = {
  /** out_… */
  id: string;
  name: string;
  type: "local" | "s3";
  /** For people: "local: media" or "s3://bucket/prefix/". Paths of files are shown after it. */
  location: string;
  /** Without a slash at the end; a file's address is this, a slash and its path inside the Output. */
  publicBaseUrl: string | null;
  createdAt: string;
};
