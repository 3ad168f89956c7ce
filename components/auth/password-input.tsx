"use client";

import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, type ComponentProps } from "react";

import { Button } from "#components/ui/button.tsx";
import { Input } from "#components/ui/input.tsx";

/** A password field that can be read back. Pasting and password managers are welcome (WCAG 3.3.8). */
export function PasswordInput(props: Omit<ComponentProps<typeof Input>, "type" | "end">) {
  const t = useTranslations("auth");
  const [isShown, setIsShown] = useState(false);
  const label = t(isShown ? "hidePassword" : "showPassword");
  return (
    <Input
      {...props}
      type={isShown ? "text" : "password"}
      autoCapitalize="none"
      spellCheck={false}
      end={
        <Button
          variant="ghost"
          size="sm"
          iconOnly
          aria-label={label}
          title={label}
          onClick={() => setIsShown(!isShown)}
        >
          {isShown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
        </Button>
      }
    />
  );
}
