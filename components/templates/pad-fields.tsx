"use client";

import { CheckField } from "#components/templates/check-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { useField } from "#components/templates/use-field.ts";
import { describedBy, Field } from "#components/ui/field.tsx";

const PAD = { width: 1920, height: 1080, color: "#000000" };

/** A canvas around the picture. */
export function PadFields() {
  const { spec, change } = useEditor();
  const field = useField();
  const { pad } = spec;
  const color = field("pad.color");
  return (
    <div className="grid gap-3">
      <CheckField
        {...field("pad")}
        isChecked={pad !== undefined}
        onChange={(isWanted) => change({ pad: isWanted ? PAD : undefined })}
      />
      {pad && (
        <fieldset className={FIELD_GRID}>
          <legend className="sr-only">{field("pad").label}</legend>
          {(["width", "height"] as const).map((side) => (
            <NumberField
              key={side}
              {...field(`pad.${side}`)}
              unit="px"
              value={pad[side]}
              onChange={(value = NaN) => change({ pad: { ...pad, [side]: value } })}
            />
          ))}
          <Field {...color}>
            <input
              {...describedBy(color.id, color)}
              type="color"
              value={pad.color}
              onChange={(event) => change({ pad: { ...pad, color: event.target.value } })}
              className="h-8 w-full rounded-md border border-control bg-surface p-1 max-md:h-10"
            />
          </Field>
        </fieldset>
      )}
    </div>
  );
}
