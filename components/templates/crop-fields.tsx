"use client";

import { CheckField } from "#components/templates/check-field.tsx";
import { useEditor } from "#components/templates/editor-context.ts";
import { FIELD_GRID } from "#components/templates/editor-section.tsx";
import { NumberField } from "#components/templates/number-field.tsx";
import { useField } from "#components/templates/use-field.ts";

const CROP = { x: 0, y: 0, width: 1280, height: 720 };

/** Part of the picture instead of all of it. */
export function CropFields() {
  const { spec, change } = useEditor();
  const field = useField();
  const { crop } = spec;
  const { label } = field("crop");
  return (
    <div className="grid gap-3">
      <CheckField
        {...field("crop")}
        isChecked={crop !== undefined}
        onChange={(isWanted) => change({ crop: isWanted ? CROP : undefined })}
      />
      {crop && (
        <fieldset className={FIELD_GRID}>
          <legend className="sr-only">{label}</legend>
          {(["x", "y", "width", "height"] as const).map((side) => (
            <NumberField
              key={side}
              {...field(`crop.${side}`)}
              unit="px"
              value={crop[side]}
              onChange={(value = NaN) => change({ crop: { ...crop, [side]: value } })}
            />
          ))}
        </fieldset>
      )}
    </div>
  );
}
