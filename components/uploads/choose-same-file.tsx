"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";

import { useFigures } from "#components/tasks/use-figures.ts";
import { DropZone } from "#components/ui/drop-zone.tsx";
import { isStoredPart } from "#components/uploads/is-stored-part.ts";
import { findTusOffset, TUS_ENDPOINT } from "#components/uploads/tus-calls.ts";
import { useUploadQueue } from "#components/uploads/uploads-provider.tsx";

type ChooseSameFileProps = {
  upload: { id: string; name: string; sizeBytes: number };
  /** The task that waits for it. */
  taskId: string | null;
};

/**
 * Asks for the file of an upload that the server has a part of, and goes on with it. A file of another name or size, or
 * whose content differs from what is stored, is refused.
 */
export function ChooseSameFile({ upload, taskId }: ChooseSameFileProps) {
  const t = useTranslations("create.uploads");
  const figures = useFigures();
  const queue = useUploadQueue();
  const [problem, setProblem] = useState<string | null>(null);
  const { id, name, sizeBytes } = upload;

  const goOn = async ([first, ...others]: File[]): Promise<void> => {
    if (first === undefined) return;
    const file = [first, ...others].find((one) => one.name === name && one.size === sizeBytes);
    if (file === undefined) {
      setProblem(
        t("otherFile", {
          chosen: first.name,
          chosenSize: figures.bytes(first.size),
          name,
          size: figures.bytes(sizeBytes),
        }),
      );
      return;
    }
    try {
      const address = `${TUS_ENDPOINT}/${id}`;
      const offset = await findTusOffset(address);
      if (offset === null) setProblem(t("gone", { name }));
      else if (await isStoredPart(file, address, offset)) {
        setProblem(null);
        queue.add([file], { uploadId: id, taskId });
      } else setProblem(t("otherContent", { name }));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <DropZone
        isCompact
        title={t("choose", { name })}
        hint={t("chooseHint")}
        onFiles={(files) => void goOn(files)}
      />
      {problem !== null && (
        <p role="alert" className="mt-1 text-xs text-failed-fg">
          {problem}
        </p>
      )}
    </>
  );
}
