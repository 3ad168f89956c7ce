import type { Page } from "@playwright/test";

import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { createTask } from "#e2e/support/tasks.ts";

async function openTemplates(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByRole("navigation").getByRole("link", { name: "Templates" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Templates" })).toBeVisible();
}

const rung = (page: Page, number: number) => page.getByRole("listitem", { name: `Rung ${number}` });

test("a template is made, mended as one types, saved as v2, used, and kept from deletion", async ({
  page,
  api,
  surroundings,
  suffix,
}) => {
  const name = `Journey ladder${suffix}`;
  await openTemplates(page);
  await page.getByRole("link", { name: "New template" }).first().click();
  await page.getByLabel("Name", { exact: true }).first().fill(name);
  await expect(page.getByText(/libx264/)).toBeVisible();

  // A rung above the one before it: told at the field, mended with a click.
  const second = rung(page, 2);
  await second.getByLabel("Maximum").fill("5600");
  await expect(page.getByText("1 field to fix before you can save")).toBeVisible();
  await expect(second.getByLabel("Maximum")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("button", { name: "Create template" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await expectAccessible(page);
  await second.getByRole("button", { name: /^Set Maximum to/ }).click();
  await expect(page.getByText("before you can save")).toBeHidden();

  await page.getByRole("button", { name: "Duplicate rung 3" }).click();
  await expect(rung(page, 4).getByLabel("Name")).toHaveValue("480p-2");
  await expect(page.getByText("The same size and bit rate as rung 3.").first()).toBeVisible();
  await page.getByRole("button", { name: "Remove rung 4" }).click();
  await expect(page.getByRole("button", { name: "Remove rung 3" })).toBeFocused();
  await page.getByRole("button", { name: "Create template" }).click();
  await page.waitForURL(/\/templates\/tpl_[0-9a-z]{26}$/);
  const id = /tpl_[0-9a-z]{26}/.exec(page.url())?.[0] ?? "";

  await rung(page, 1).getByLabel("CRF", { exact: true }).fill("20");
  await expect(page.getByRole("heading", { name: "Changes, v1 → v2" })).toBeVisible();
  await page.getByRole("button", { name: "Save as v2" }).click();
  await expect(page.getByRole("button", { name: "Save as v3" })).toBeVisible();
  await expect(page.getByText("video.renditions[1080p].rateControl.crf")).toBeVisible();
  await expectAccessible(page);

  await createTask(api, {
    source: { type: "url", url: surroundings.mediaUrl("clip.mp4") },
    templates: [id],
    outputPattern: "templates/{input_name}",
  });
  await page.reload();
  await expect(page.getByRole("link", { name: "Used by 1 task" })).toBeVisible();
  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByRole("alertdialog")).toContainText("1 task was made from it");
  await page.getByRole("button", { name: "Archive template" }).click();
  await expect(page.getByText("This template is archived")).toBeVisible();
  await page.getByRole("button", { name: "Unarchive" }).click();
  await expect(page.getByRole("button", { name: "Save as v3" })).toBeVisible();
});

test("JSON says where it breaks, the form keeps what could be read, and options not done are refused by name", async ({
  page,
}) => {
  await page.goto("/templates/new");
  await page.getByRole("radio", { name: "JSON" }).click();
  const json = page.getByLabel("Settings as JSON");
  const text = await json.inputValue();
  await json.fill(
    text.replace('"gopSeconds": 2', '"gopSeconds": 3').replace('"metadata": "drop"', '"metadata": "keep"'),
  );
  await expect(page.getByText("hls has no place for metadata; use drop.")).toBeVisible();
  await json.fill(text.replace('"gopSeconds": 2', '"gopSeconds": 3'));
  await expect(page.getByText("has no place for metadata")).toBeHidden();
  await json.fill(text.replace('"seconds": 6', '"seconds": 6, "speed": 2'));
  await expect(page.getByText("segments There is no option speed.")).toBeVisible();
  await json.fill(text.replace('"gopSeconds": 2', '"gopSeconds": 300'));
  await expect(page.getByText("video.gopSeconds Give 0.2 to 20 seconds.")).toBeVisible();
  await json.fill(text.replace('"gopSeconds": 2', '"gopSeconds": 3'));
  await json.fill("{\n  oops\n}");
  await expect(page.getByText("This isn't JSON: line 2, column 3.")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("radio", { name: "Form" }).click();
  await open(page, "Rate control");
  await expect(page.getByLabel("Keyframe distance")).toHaveValue("3");
});

/** Opens a section of the form. */
async function open(page: Page, title: string): Promise<void> {
  const section = page.locator("details", { has: page.getByRole("heading", { name: title, exact: true }) });
  await section.locator("summary").click();
  await expect(section).toHaveAttribute("open");
}

test("a watermark, thumbnails, loudness and encryption are set in the form, saved, and stand in the JSON", async ({
  page,
  suffix,
}) => {
  const name = `Everything by form${suffix}`;
  await page.goto("/templates/new");
  const choose = async (label: string, option: string) => {
    await page.getByRole("combobox", { name: label }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  const specOf = async () => {
    await page.getByRole("radio", { name: "JSON" }).click();
    return JSON.parse(await page.getByLabel("Settings as JSON").inputValue()) as Record<string, unknown>;
  };
  await page.getByLabel("Name", { exact: true }).first().fill(name);
  await choose("Loudness", "To a target");
  await page.getByLabel("Target loudness").fill("-60");
  await expect(page.getByText("Give a number from -36 to -5 LUFS.").first()).toBeVisible();
  await page.getByLabel("Target loudness").fill("-23");

  await open(page, "Watermarks");
  await page.getByRole("button", { name: "Add image" }).click();
  const first = page.getByRole("listitem", { name: "Watermark 1" });
  await expect(first.getByText("Give the address of an image, or choose a file.")).toBeVisible();
  await first.getByLabel("Image", { exact: true }).fill("https://brand.example/logo.png");
  await first.getByRole("radio", { name: "Bottom left" }).check();
  await page.getByRole("button", { name: "Add text" }).click();
  const second = page.getByRole("listitem", { name: "Watermark 2" });
  await second.getByLabel("Text", { exact: true }).fill("Preview");
  await second.getByLabel("Shown until").fill("5");
  await page.getByRole("button", { name: "Add image" }).click();
  const third = page.getByRole("listitem", { name: "Watermark 3" });
  const dot =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==";
  await third.locator("input[type=file]").setInputFiles({
    name: "dot.png",
    mimeType: "image/png",
    buffer: Buffer.from(dot, "base64"),
  });
  await expect(third.getByRole("img", { name: "The watermark" })).toBeVisible();
  await expect(third.getByRole("group", { name: "Image" })).toBeFocused();

  await open(page, "Thumbnails and previews");
  await choose("Thumbnails", "At given times");
  await page.getByLabel("At these times").fill("0.5, later");
  await expect(page.getByText("Give 1 to 100 times in seconds, with commas.").first()).toBeVisible();
  await page.getByLabel("At these times").fill("0.5, 3, 8");
  await page.getByLabel("In sprite sheets").check();
  await open(page, "Encryption");
  await choose("Encryption", "AES-128");
  await page.getByLabel("Key address").fill("https://keys.example/1");
  await expect(page.getByText("before you can save")).toBeHidden();
  await expectAccessible(page);

  // What does not go together is told in a section that is closed, and found by its link.
  await page.locator("#section-encryption > summary").click();
  await open(page, "Subtitles");
  await choose("Subtitles", "Take along");
  await expect(page.locator("#section-encryption > summary").getByText("1 to fix")).toBeVisible();
  await page.getByRole("link", { name: /^Subtitles beside encrypted segments/ }).click();
  await expect(page.getByRole("combobox", { name: "Encryption" })).toBeFocused();
  await choose("Subtitles", "Leave out");

  const wanted = {
    audio: { loudness: { targetLufs: -23, truePeakDb: -1.5 } },
    watermarks: [
      { kind: "image", source: "https://brand.example/logo.png", position: "bottom-left", widthPercent: 10 },
      { kind: "text", text: "Preview", position: "bottom", endSeconds: 5 },
      { kind: "image", source: `data:image/png;base64,${dot}` },
    ],
    thumbnails: { times: [0.5, 3, 8], sprite: true },
    encryption: { method: "aes-128", keyUrl: "https://keys.example/1" },
  };
  expect(await specOf()).toMatchObject(wanted);
  await page.getByRole("button", { name: "Create template" }).click();
  await page.waitForURL(/\/templates\/tpl_[0-9a-z]{26}$/);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(page.getByLabel("Key address")).toHaveValue("https://keys.example/1");
  expect(await specOf()).toMatchObject(wanted);

  // An image goes, and the change is told in a few words.
  await page.getByRole("radio", { name: "Form" }).click();
  await page.getByRole("button", { name: "Remove watermark 3" }).click();
  await expect(page.getByRole("button", { name: "Remove watermark 2" })).toBeFocused();
  await expect(page.getByText(/data:image\/png \(\d+ bytes\)/)).toBeVisible();
  await choose("Thumbnails", "None");
  await choose("Loudness", "As the source");
  await choose("Encryption", "None");
  const plain = await specOf();
  expect(Object.keys(plain)).not.toContain("thumbnails");
  expect(Object.keys(plain)).not.toContain("encryption");
  expect(plain["audio"]).not.toHaveProperty("loudness");
});

test("numbers stay as they are typed, what is wrong names its field, and a copied stream has nothing to choose", async ({
  page,
}) => {
  await page.goto("/templates/new");
  const choose = async (label: string, option: string) => {
    await page.getByRole("combobox", { name: new RegExp(`^${label}\\b`) }).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  const fade = page.getByLabel("Fade in");
  await fade.pressSequentially("0");
  await expect(fade).toHaveValue("0");
  await fade.pressSequentially(".5");
  await expect(fade).toHaveValue("0.5");
  const width = page.getByLabel("Width").first();
  await width.fill("");
  await width.pressSequentially("1e");
  await expect(page.getByRole("link", { name: "Rung 1, Width: Give a whole number" })).toBeVisible();
  await width.fill("1920");

  // In the JSON, too, the name has a field of its own.
  const name = page.getByLabel("Name", { exact: true }).first();
  await name.focus();
  await name.blur();
  await page.getByRole("radio", { name: "JSON" }).click();
  await page.getByRole("link", { name: /^Name: / }).click();
  await expect(name).toBeFocused();
  await page.getByRole("radio", { name: "Form" }).click();

  await page.getByRole("combobox", { name: "Profile" }).first().click();
  await page.getByRole("option", { name: "high", exact: true }).click();
  await choose("Codec", "AV1");
  await rung(page, 1).getByRole("combobox", { name: "Rate control" }).click();
  const constant = page.getByRole("option", { name: /^Constant/ });
  await expect(constant).toHaveAttribute("aria-disabled", "true");
  await expect(constant).toContainText("AV1 has no constant bit rate here");
  await page.keyboard.press("Escape");
  await fade.fill("");
  await choose("Container", "MKV");
  await expect(page.getByRole("button", { name: "Add rung" })).toHaveAttribute("aria-disabled", "true");
  await choose("Codec", "Copy");
  await expect(page.getByRole("listitem", { name: "Rung 2" })).toBeHidden();
  await expect(rung(page, 1).getByLabel("Name")).toHaveValue("source");
  await expect(rung(page, 1).getByRole("spinbutton")).toHaveCount(0);
  await expect(page.getByRole("combobox", { name: "Frame rate" })).toBeHidden();
  await expect(page.getByText("as the source", { exact: true })).toBeVisible();
});

test("a predefined template is read-only and cloned; filters are in the address", async ({ page }) => {
  await page.goto("/templates?tab=predefined&codec=h265");
  await expect(page.locator("#main").getByRole("heading", { level: 2 })).toHaveText([
    "System_MP4_H265",
    "System_MP4_HDR_H265",
    "System_HLS_H265",
    "System_CMAF_H265",
  ]);
  await page.getByRole("searchbox", { name: "Search templates" }).fill("nothing like this");
  await expect(page.getByText("No template matches")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page).toHaveURL(/\?tab=predefined$/);
  await page.getByRole("link", { name: "System_HLS_H264" }).click();
  await expect(page.getByText("Predefined templates come with the product")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true }).first()).toBeDisabled();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Clone" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /^HLS_H264 copy/ })).toBeVisible();
});
