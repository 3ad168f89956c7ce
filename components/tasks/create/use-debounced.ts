"use client";

import { useEffect, useState } from "react";

/** `value` as it was when it last stood still for `milliseconds`; `flush` takes it at once. */
export function useDebounced<Value>(value: Value, milliseconds: number): [Value, () => void] {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return [settled, () => setSettled(value)];
}
