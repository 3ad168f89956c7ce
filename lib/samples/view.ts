export const SAMPLE_LOCALES = ["en", "zh-CN"] as const;
/** One text per language of the console. */
export type LocalizedText = Record<(typeof SAMPLE_LOCALES)[number], string>;

export type SampleView = {
  id: string;
  title: LocalizedText;
  description: LocalizedText;
  licence: string;
  durationSeconds: number;
  width: number;
  height: number;
  sizeBytes: number;
  /** Path on this server, from its root. */
  url: string;
  thumbnailUrl: string;
};
