/** What can be chosen, with what the JSON view has put there. */
export function offered<Value extends string>(choices: readonly Value[], present: Value): readonly Value[] {
  return choices.includes(present) ? choices : [...choices, present];
}
