"use client";

import { useMemo } from "react";

import {
  inputNameOf,
  isUrl,
  keptSource,
  MAX_URLS,
  readUrls,
  type InputMode,
} from "#components/tasks/create/create-form.ts";
import type { UploadItem } from "#components/uploads/upload-item.ts";
import type { SampleView } from "#lib/samples/view.ts";
import type { Source } from "#lib/tasks/schema.ts";
import type { SourceView } from "#lib/tasks/view.ts";

/** One input of the form: each makes a task. */
export type ChosenSource = {
  key: string;
  /** What people call it. */
  label: string;
  /** The file name that {input_name} is made from. */
  inputName: string;
  /** Null while the server has not made room for the file yet. */
  source: Source | null;
  /** Whether the server can look into it now. */
  isReadable: boolean;
  /** The key of the upload that it is. */
  uploadKey: string | null;
};

type Wanted = {
  mode: InputMode;
  urls: string;
  sample: string;
  uploads: readonly UploadItem[];
  samples: readonly SampleView[];
  kept: SourceView | null;
};

/** The inputs that the form names now, in their order. */
export function useSources({ mode, urls, sample, uploads, samples, kept }: Wanted): ChosenSource[] {
  return useMemo(() => {
    switch (mode) {
      case "url":
        return readUrls(urls).filter(isUrl).slice(0, MAX_URLS).map(urlSource);
      case "upload":
        return uploads.filter(({ taskId }) => taskId === null).map(uploadSource);
      case "sample":
        return samples.filter(({ id }) => id === sample).map(sampleSource);
      case "kept":
        return kept === null ? [] : keptSources(kept);
    }
  }, [mode, urls, sample, uploads, samples, kept]);
}

function urlSource(url: string): ChosenSource {
  const name = inputNameOf(url);
  return {
    key: url,
    label: name,
    inputName: name,
    source: { type: "url", url },
    isReadable: true,
    uploadKey: null,
  };
}

function uploadSource(item: UploadItem): ChosenSource {
  return {
    key: item.key,
    label: item.name,
    inputName: item.name,
    source: item.uploadId === null ? null : { type: "upload", uploadId: item.uploadId },
    isReadable: item.state === "done",
    uploadKey: item.key,
  };
}

function sampleSource(sample: SampleView): ChosenSource {
  const fileName = sample.url.slice(sample.url.lastIndexOf("/") + 1);
  const source = { type: "sample", sample: sample.id } as const;
  return { key: sample.id, label: fileName, inputName: fileName, source, isReadable: true, uploadKey: null };
}

function keptSources(kept: SourceView): ChosenSource[] {
  const source = keptSource(kept);
  if (source === null) return [];
  const isReadable = kept.type !== "upload" || kept.state === "complete";
  return [{ key: "kept", label: kept.label, inputName: kept.label, source, isReadable, uploadKey: null }];
}
