/** What can be chosen, with what the JSON view has put there. */
export function offered<Value extends string | number>(
  choices: readonly Value[],
  present: Value | undefined,
): readonly Value[] {
  return present === undefined || choices.includes(present) ? choices : [...choices, present];
}
