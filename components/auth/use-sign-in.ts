"use client";

import { useState } from "react";

export type SignInFailure = "wrong" | "rateLimited" | "unavailable" | "network";
export type Credentials = { email: string; password: string };

type SignInCall = {
  /** Whether it worked. The session cookie is there then. */
  submit: (given: Credentials, callbackUrl: string) => Promise<boolean>;
  isPending: boolean;
  failure: SignInFailure | null;
  setFailure: (failure: SignInFailure | null) => void;
};

/** Signs in with e-mail and password without leaving the page. `initial`: a failure that the page came with. */
export function useSignIn(initial: SignInFailure | null = null): SignInCall {
  const [failure, setFailure] = useState<SignInFailure | null>(initial);
  const [isPending, setIsPending] = useState(false);

  async function submit(given: Credentials, callbackUrl: string): Promise<boolean> {
    setFailure(null);
    setIsPending(true);
    try {
      // 20 KB that no page needs until someone signs in.
      const { signIn } = await import("next-auth/react");
      const answer = await signIn("credentials", { ...given, redirect: false, callbackUrl });
      // Stays busy: whoever called goes elsewhere.
      if (answer?.ok && !answer.error) return true;
      setFailure(toFailure(answer?.error ?? ""));
    } catch {
      setFailure("network");
    }
    setIsPending(false);
    return false;
  }

  return { submit, isPending, failure, setFailure };
}

/** next-auth's `error` codes, and ours (lib/auth/auth-options.ts). */
export function toFailure(error: string): SignInFailure {
  switch (error) {
    case "CredentialsSignin":
      return "wrong";
    case "rate_limited":
      return "rateLimited";
    default:
      return "unavailable";
  }
}
