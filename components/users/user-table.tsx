"use client";

import { Ban, CircleCheck, Ellipsis, KeyRound, UserCog } from "lucide-react";
import { useTranslations } from "next-intl";

import { Button } from "#components/ui/button.tsx";
import { DataCell, DataRow, DataTable, Labelled } from "#components/ui/data-table.tsx";
import { cn } from "#components/ui/cn.ts";
import { MenuItem, MenuPopup, MenuRoot, MenuSeparator, MenuTrigger } from "#components/ui/menu.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Tag } from "#components/ui/tag.tsx";
import type { UserAction } from "#components/users/user-action-dialog.tsx";
import type { UserView } from "#lib/users/view.ts";

type Act = (action: "role" | UserAction, user: UserView) => void;
type UserTableProps = { users: readonly UserView[]; selfId: string; onAction: Act };

const NARROW = "max-lg:hidden max-md:block";

/** The members, disabled ones last. */
export function UserTable({ users, selfId, onAction }: UserTableProps) {
  const t = useTranslations("users");
  const tRole = useTranslations("common.role");
  return (
    <DataTable
      caption={t("caption")}
      columns={[
        { key: "name", label: t("columns.name") },
        { key: "role", label: t("columns.role"), className: "w-[128px]" },
        { key: "state", label: t("columns.state"), className: "w-[128px]" },
        { key: "signIn", label: t("columns.signIn"), className: "w-[144px]" },
        { key: "created", label: t("columns.created"), className: cn("w-[144px]", NARROW) },
        { key: "actions", label: t("columns.actions"), className: "w-[80px]", isLabelHidden: true },
      ]}
    >
      {users.map((user) => (
        <DataRow key={user.id} className="max-md:pe-14!">
          <DataCell>
            <span className="flex min-w-0 items-center gap-2">
              <span
                className={cn("truncate font-medium", user.state === "disabled" && "text-muted")}
                title={user.name}
              >
                {user.name}
              </span>
              {user.id === selfId && <Tag>{t("you")}</Tag>}
            </span>
            <span className="block truncate text-xs text-subtle" title={user.email}>
              {user.email}
            </span>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.role")}>{tRole(user.role)}</Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.state")}>
              <span className="inline-flex items-center gap-1.5">
                {user.state === "active" ? (
                  <CircleCheck size={16} aria-hidden className="text-succeeded" />
                ) : (
                  <Ban size={16} aria-hidden className="text-subtle" />
                )}
                {t(`states.${user.state}`)}
              </span>
            </Labelled>
          </DataCell>
          <DataCell>
            <Labelled label={t("columns.signIn")}>
              {user.lastSignInAt === null ? (
                <span className="text-subtle">{t("never")}</span>
              ) : (
                <RelativeTime iso={user.lastSignInAt} />
              )}
            </Labelled>
          </DataCell>
          <DataCell className={NARROW}>
            <Labelled label={t("columns.created")}>
              <RelativeTime iso={user.createdAt} />
            </Labelled>
          </DataCell>
          <DataCell className="text-end max-md:absolute max-md:end-2 max-md:top-2">
            <UserMenu user={user} isSelf={user.id === selfId} onAction={onAction} />
          </DataCell>
        </DataRow>
      ))}
    </DataTable>
  );
}

function UserMenu({ user, isSelf, onAction }: { user: UserView; isSelf: boolean; onAction: Act }) {
  const t = useTranslations("users");
  const isDisabled = user.state === "disabled";
  return (
    <MenuRoot>
      <MenuTrigger
        render={
          <Button
            variant="ghost"
            size="sm"
            iconOnly
            aria-label={t("actions.open", { name: user.name })}
            className="max-md:size-10"
          >
            <Ellipsis size={16} aria-hidden />
          </Button>
        }
      />
      <MenuPopup aria-label={t("actions.open", { name: user.name })}>
        <MenuItem
          icon={<UserCog size={16} aria-hidden />}
          disabledReason={isSelf ? t("own.role") : null}
          onClick={() => onAction("role", user)}
        >
          {t("actions.role")}
        </MenuItem>
        <MenuItem
          icon={<KeyRound size={16} aria-hidden />}
          disabledReason={isSelf ? t("own.reset") : isDisabled ? t("actions.resetDisabled") : null}
          onClick={() => onAction("reset", user)}
        >
          {t("actions.reset")}
        </MenuItem>
        <MenuSeparator />
        {isDisabled ? (
          <MenuItem icon={<CircleCheck size={16} aria-hidden />} onClick={() => onAction("enable", user)}>
            {t("actions.enable")}
          </MenuItem>
        ) : (
          <MenuItem
            icon={<Ban size={16} aria-hidden />}
            tone="danger"
            disabledReason={isSelf ? t("own.disable") : null}
            onClick={() => onAction("disable", user)}
          >
            {t("actions.disable")}
          </MenuItem>
        )}
      </MenuPopup>
    </MenuRoot>
  );
}
