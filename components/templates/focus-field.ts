/**
 * Brings the field of an option into view and puts the focus there: in the section that it lies in, which is opened, or at
 * the option that it is part of, where it has no field of its own ("spec.thumbnails.times" for "spec.thumbnails.times.2",
 * a frame rate's mode for the frame rate).
 */
export function focusField(path: string): void {
  for (let id = path; id !== ""; id = id.slice(0, Math.max(0, id.lastIndexOf(".")))) {
    const field = document.getElementById(id) ?? document.getElementById(`${id}.mode`);
    if (field === null) continue;
    const section = field.closest("details");
    if (section) section.open = true;
    field.scrollIntoView({ block: "center" });
    field.focus({ preventScroll: true });
    return;
  }
}
