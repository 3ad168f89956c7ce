/** The options of a rung that its row has fields for, with the words in "templates.ladder" that they are labelled by. */
export const RUNG_LABELS = [
  ["name", "name"],
  ["width", "width"],
  ["height", "height"],
  ["rateControl.mode", "rateControl"],
  ["rateControl.crf", "crf"],
  ["rateControl.kbps", "kbps"],
  ["rateControl.maxKbps", "maximum"],
  ["profile", "profile"],
] as const;
