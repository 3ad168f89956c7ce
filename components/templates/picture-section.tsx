"use client";

import { useTranslations } from "next-intl";

import { ChoiceField } from "#components/templates/choice-field.tsx";
import { CropFields } from "#components/templates/crop-fields.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { EditorSection, FIELD_GRID } from "#components/templates/editor-section.tsx";
import { PadFields } from "#components/templates/pad-fields.tsx";
import { isEncoded, setEdits } from "#components/templates/spec-choices.ts";
import { useField } from "#components/templates/use-field.ts";
import { SCALES, type EncodeSpec, type VideoSpec } from "#lib/media/encode-spec.ts";

const STRENGTHS = ["off", "light", "medium", "strong"] as const;

/** What is done to the picture before it is encoded. */
export function PictureSection() {
  const t = useTranslations("templates.sections");
  const { spec } = useEditor();
  const set = setEdits(spec);
  if (!isEncoded(spec) && set.length === 0) return null;
  return (
    <EditorSection
      id="picture"
      title={t("picture")}
      summary={set.length === 0 ? t("unchanged") : t("edits", { count: set.length })}
      options={/^(video\.(scale|hdr|deinterlace|denoise|sharpen)|rotate|crop|pad)/}
      isOpenAtFirst={set.length > 0}
    >
      {spec.video && <PictureFields video={spec.video} />}
      <CropFields />
      <PadFields />
    </EditorSection>
  );
}

function PictureFields({ video }: { video: VideoSpec }) {
  const t = useTranslations("templates.choices");
  const { spec, change, changeVideo, lackOf } = useEditor();
  const field = useField();
  return (
    <div className={FIELD_GRID}>
      <ChoiceField
        {...field("video.scale")}
        value={video.scale ?? "fit"}
        items={SCALES.map((value) => ({ value, label: t(`scales.${value}`) }))}
        onChange={(scale) => changeVideo({ scale: scale === "fit" ? undefined : scale })}
      />
      <ChoiceField
        {...field("video.deinterlace")}
        value={video.deinterlace}
        items={(["auto", "off", "always"] as const).map((value) => ({
          value,
          label: t(`deinterlaces.${value}`),
        }))}
        onChange={(deinterlace) => changeVideo({ deinterlace })}
      />
      <ChoiceField
        {...field("video.hdr")}
        value={video.hdr}
        items={(["to_sdr", "keep"] as const).map((value) => ({ value, label: t(`hdr.${value}`) }))}
        onChange={(hdr) => changeVideo({ hdr })}
      />
      <ChoiceField
        {...field("rotate")}
        value={String(spec.rotate ?? 0)}
        items={["0", "90", "180", "270"].map((value) => ({
          value,
          label: value === "0" ? t("no") : `${value}°`,
        }))}
        onChange={(next) =>
          change({ rotate: next === "0" ? undefined : (Number(next) as EncodeSpec["rotate"]) })
        }
      />
      {(["denoise", "sharpen"] as const).map((kind) => (
        <ChoiceField
          key={kind}
          {...field(`video.${kind}`)}
          value={video[kind]}
          items={STRENGTHS.map((value) => ({
            value,
            label: t(`strengths.${value}`),
            reason: value === "off" ? null : lackOf({ video: { ...video, [kind]: value } }),
          }))}
          onChange={(next) => changeVideo({ [kind]: next })}
        />
      ))}
    </div>
  );
}
