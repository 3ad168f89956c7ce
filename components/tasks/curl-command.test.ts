import { describe, expect, it } from "vitest";

import { curlCommand } from "#components/tasks/curl-command.ts";

describe("curlCommand", () => {
  it("quotes the body for a POSIX shell, apostrophes included", () => {
    const command = curlCommand("http://127.0.0.1:3000", [
      {
        source: { type: "url", url: "https://a.example/it's $HOME.mp4" },
        templates: ["System_MP4_H264"],
        outputId: "out_1",
        outputPattern: "{input_name}",
      },
    ]);
    expect(command).toBe(
      [
        "curl -sS 'http://127.0.0.1:3000/api/v1/tasks' \\",
        '  -u "$ACCESS_KEY_ID:$ACCESS_KEY_SECRET" \\',
        "  -H 'Content-Type: application/json' \\",
        `  -d '{"source":{"type":"url","url":"https://a.example/it'\\''s $HOME.mp4"},"templates":["System_MP4_H264"],"outputId":"out_1","outputPattern":"{input_name}"}'`,
      ].join("\n"),
    );
  });
});
