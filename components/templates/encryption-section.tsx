"use client";

import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection, FIELD_GRID } from "#components/templates/editor-section.tsx";
import { patched } from "#components/templates/patched.ts";
import { TextField } from "#components/templates/text-field.tsx";
import { useField } from "#components/templates/use-field.ts";

/** Whether segments are encrypted, and where players get the key. */
export function EncryptionSection() {
  const t = useTranslations("templates.sections");
  const tChoice = useTranslations("templates.choices.encryption");
  const { spec, change } = useEditor();
  const field = useField();
  const { container, encryption } = spec;
  if (container !== "hls" && encryption === undefined) return null;
  const method = encryption?.method ?? "none";
  return (
    <EditorSection
      id="encryption"
      title={t("encryption")}
      summary={encryption ? "AES-128" : t("none")}
      options={/^encryption/}
      isOpenAtFirst={encryption !== undefined}
    >
      <div className={FIELD_GRID}>
        <ChoiceField
          {...field("encryption")}
          value={method}
          items={(["none", "aes-128"] as const).map((value) => ({ value, label: tChoice(value) }))}
          onChange={(next) =>
            change({ encryption: next === "none" ? undefined : { ...encryption, method: next } })
          }
        />
        {encryption && (
          <TextField
            {...field("encryption.keyUrl")}
            className="col-span-2"
            type="url"
            placeholder="https://"
            value={encryption.keyUrl ?? ""}
            maxLength={2048}
            onChange={(keyUrl) =>
              change({ encryption: patched(encryption, { keyUrl: keyUrl.trim() || undefined }) })
            }
          />
        )}
      </div>
    </EditorSection>
  );
}
