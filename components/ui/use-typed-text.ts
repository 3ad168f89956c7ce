"use client";

import { useEffect, useEffectEvent, useRef, useState } from "react";

const DEBOUNCE_MILLISECONDS = 300;

/**
 * What stands in a field that filters as one types: `onChange` hears it trimmed, once typing pauses. A `value` that
 * changed by other means (Back, "Clear filters") replaces it.
 */
export function useTypedText(value: string, onChange: (text: string) => void) {
  const [text, setText] = useState(value);
  const sent = useRef(value);

  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);

  const send = useEffectEvent((wanted: string) => {
    if (wanted === sent.current) return;
    sent.current = wanted;
    onChange(wanted);
  });
  useEffect(() => {
    const timer = setTimeout(() => send(text.trim()), DEBOUNCE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text]);

  return [text, setText] as const;
}
