import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";

import packageJson from "../../package.json" with { type: "json" };
import { Header } from "#components/layout/header.tsx";
import { Shell } from "#components/layout/shell.tsx";
import { Sidebar } from "#components/layout/sidebar.tsx";
import { ConnectionBar } from "#components/session/connection-bar.tsx";
import { SessionGuard } from "#components/session/session-guard.tsx";
import { UploadTray } from "#components/uploads/upload-tray.tsx";
import { UploadsProvider } from "#components/uploads/uploads-provider.tsx";
import { getPageSession } from "#lib/auth/session.ts";

/** The frame of every page behind sign-in. Pages ask for the session themselves: a layout is no guard. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const { user, project } = await getPageSession();
  const t = await getTranslations("common");
  const { version } = packageJson;
  return (
    <Shell>
      <UploadsProvider>
        <a
          href="#main"
          className="fixed start-2 -top-12 z-60 rounded-md bg-inverse px-3 py-2 text-on-inverse focus:top-2"
        >
          {t("skip")}
        </a>
        <div className="grid min-h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[var(--side-w)_minmax(0,1fr)]">
          <Sidebar version={version} />
          <div className="flex min-w-0 flex-col">
            <Header user={user} project={project.name} version={version} tray={<UploadTray />} />
            <ConnectionBar />
            <SessionGuard email={user.email} />
            <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col">
              {children}
            </main>
          </div>
        </div>
      </UploadsProvider>
    </Shell>
  );
}
