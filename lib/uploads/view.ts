export type UploadView = {
  /** upl_…; the last segment of the tus address as well. */
  id: string;
  name: string;
  sizeBytes: number;
  offsetBytes: number;
  state: "uploading" | "complete" | "removed";
  /** Whether bytes came within the last seconds: somebody is sending it. */
  isArriving: boolean;
  /** Whether the caller began it, and may go on with it. */
  isMine: boolean;
  createdAt: string;
  /** When an unfinished upload is given up. */
  expiresAt: string;
};
