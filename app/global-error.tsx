"use client";

/**
 * The last resort: the root layout itself failed, so there is no catalogue, no provider and perhaps no stylesheet.
 * Both languages stand side by side.
 */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: "system-ui, sans-serif", padding: 24, colorScheme: "light dark" }}>
        <title>VOD Console</title>
        <h1 style={{ fontSize: 18 }}>The console failed to load · 控制台加载失败</h1>
        <p>Something on our side stopped it. Try again in a minute. · 问题出在服务端，稍后再试。</p>
        {error.digest && <p>Error ID · 错误 ID: {error.digest}</p>}
        <button type="button" onClick={() => window.location.reload()}>
          Try again · 重新加载
        </button>
      </body>
    </html>
  );
}
