export type UploadView = {
  /** upl_…; the last segment of the tus address as well. */
  id: string;
  name: string;
  sizeBytes: number;
  offsetBytes: number;
  state: "uploading" | "complete" | "removed";
  createdAt: string;
  /** When an unfinished upload is given up. */
  expiresAt: string;
};
