"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";

import { useFigures } from "#components/tasks/use-figures.ts";
import { buttonVariants } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { MenuAnchor, MenuPopup, MenuRoot, MenuTrigger } from "#components/ui/menu.tsx";
import type { JobFileView, JobView } from "#lib/jobs/view.ts";

/** Files of a job beyond this many are reached through the primary file, not through a menu. */
const MENU_FILES = 200;

/** Download one of a job's files, or copy the address of its primary one. */
export function JobFiles({ job, primary }: { job: JobView; primary: JobFileView }) {
  const t = useTranslations("detail.jobs");
  const files = [primary, ...job.files.filter((file) => file.path !== primary.path)];
  const address = (url: string) =>
    typeof window === "undefined" ? url : new URL(url, window.location.href).href;
  return (
    <>
      {files.length === 1 ? (
        <a
          href={primary.downloadUrl}
          download
          aria-label={t("downloadFile", { file: primary.path })}
          className={cn(buttonVariants({ variant: "ghost", size: "sm", iconOnly: true }))}
        >
          <Download size={16} aria-hidden />
        </a>
      ) : (
        <MenuRoot>
          <MenuTrigger
            aria-label={t("downloadMenu", { job: job.template.name })}
            className={cn(buttonVariants({ variant: "ghost", size: "sm", iconOnly: true }))}
          >
            <Download size={16} aria-hidden />
          </MenuTrigger>
          <MenuPopup className="max-h-80 w-96 overflow-y-auto">
            {files.slice(0, MENU_FILES).map((file) => (
              <FileItem key={file.path} file={file} base={folderOf(primary.path)} />
            ))}
            {files.length > MENU_FILES && (
              <p className="px-2 py-1 text-xs text-subtle">
                {t("moreFiles", { count: files.length - MENU_FILES })}
              </p>
            )}
          </MenuPopup>
        </MenuRoot>
      )}
      <CopyButton text={address(primary.url)} label={t("urlOf", { job: job.template.name })} />
    </>
  );
}

function FileItem({ file, base }: { file: JobFileView; base: string }) {
  const figures = useFigures();
  const name = file.path.startsWith(base) ? file.path.slice(base.length) : file.path;
  return (
    <MenuAnchor
      href={file.downloadUrl}
      download
      title={file.path}
      className="flex min-h-8 items-center gap-3 rounded-md px-2 py-1 outline-none data-highlighted:bg-hover"
    >
      <span className="min-w-0 flex-1 truncate font-mono text-xs">{name}</span>
      <span className="flex-none text-xs text-subtle">{figures.bytes(file.sizeBytes)}</span>
    </MenuAnchor>
  );
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
