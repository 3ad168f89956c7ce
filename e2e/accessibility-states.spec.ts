import { rmSync } from "node:fs";
import path from "node:path";
import type { APIRequestContext, Locator, Page } from "@playwright/test";

import { expect, expectAccessible, test } from "#e2e/support/journey.ts";
import { pressSignedOut } from "#e2e/support/session.ts";
import { createTask, outputFolder, waitForStatus } from "#e2e/support/tasks.ts";
import { wordsIn, type Words } from "#e2e/support/words.ts";
import type { OutputDetail, OutputTest } from "#lib/outputs/view.ts";
import type { TemplateSummary } from "#lib/templates/view.ts";

/** What accessibility.spec.ts does for addresses, for what opens or happens on them; each state in both looks. */

type State = {
  name: string;
  path: string;
  /** Another journey asks axe about it, in English and light. */
  isAskedElsewhere?: true;
  enter: (page: Page, t: Words) => Promise<void>;
};

const menuItem = async (page: Page, menu: string, item: string) => {
  await page.getByRole("button", { name: menu, exact: true }).first().click();
  await page.getByRole("menuitem", { name: item }).first().click();
};
const press = (page: Page | Locator, name: string) =>
  page.getByRole("button", { name, exact: true }).first().click();

/** An answer of POST /outputs/test as a bucket gives it whose key may do less and less. */
function testAnswer(failed: OutputTest["steps"][number]["step"]): OutputTest {
  const order = ["resolve", "authenticate", "write", "read", "delete"] as const;
  const at = order.indexOf(failed);
  const steps = order.map((step, index) => {
    if (index < at) return { step, ok: true, ms: 12 };
    if (index > at) return { step, ok: false, skipped: true as const, ms: 0 };
    return { step, ok: false, code: "AccessDenied", detail: "Access Denied.", ms: 31 };
  });
  return { at: new Date().toISOString(), outcome: failed === "delete" ? "cleanup" : "failed", steps };
}

async function fillBucket(page: Page, t: Words): Promise<void> {
  await page.getByRole("radio", { name: t("outputs.provider.compatible") }).click();
  await page.getByLabel(t("outputs.form.name"), { exact: true }).fill("media-prod");
  await page.getByLabel(t("outputs.form.endpoint")).fill("https://s3.example.com");
  await page.getByLabel(t("outputs.form.bucket")).fill("media");
  await page.getByLabel(t("outputs.form.accessKey")).fill("AKEXAMPLE");
  await page.getByLabel(t("outputs.form.secret")).first().fill("a-secret");
}

const tried =
  (step: OutputTest["steps"][number]["step"]): State["enter"] =>
  async (page, t) => {
    await page.route("**/api/v1/outputs/test", (route) => route.fulfill({ json: testAnswer(step) }));
    await fillBucket(page, t);
    await press(page, t("outputs.test.run"));
    await expect(page.getByText("AccessDenied").first()).toBeVisible();
  };

type Made = { template: TemplateSummary; archived: TemplateSummary; output: OutputDetail };

function statesOf({ template, archived, output }: Made): State[] {
  const secondRung = (page: Page, t: Words) =>
    page.getByRole("listitem", { name: t("templates.ladder.rung", { number: "2" }) });
  return [
    {
      name: "a template's menu",
      path: "/templates",
      enter: (page, t) => press(page, t("templates.actions.menu", { name: template.name })),
    },
    {
      name: "a template that is to be deleted",
      path: "/templates",
      enter: async (page, t) => {
        await menuItem(
          page,
          t("templates.actions.menu", { name: template.name }),
          t("templates.actions.delete"),
        );
        await expect(page.getByRole("alertdialog")).toBeVisible();
      },
    },
    { name: "archived templates", path: "/templates?tab=archived", enter: async () => {} },
    { name: "an archived template", path: `/templates/${archived.id}`, enter: async () => {} },
    { name: "a template's versions", path: `/templates/${template.id}`, enter: async () => {} },
    {
      name: "a ladder that does not fit",
      isAskedElsewhere: true,
      path: "/templates/new",
      enter: async (page, t) => {
        await secondRung(page, t).getByLabel(t("templates.ladder.maximum")).fill("9000");
        await expect(secondRung(page, t).locator("[aria-invalid=true]")).toBeVisible();
      },
    },
    {
      name: "a template's form with every section open",
      path: "/templates/new",
      enter: async (page, t) => {
        const closed = page.locator("#main details:not([open]) > summary");
        for (let left = await closed.count(); left > 0; left -= 1) await closed.first().click();
        await expect(closed).toHaveCount(0);
        await page.getByRole("button", { name: t("templates.watermarks.add.image"), exact: true }).click();
        await page.getByLabel(t("templates.fields.crop.label")).check();
        await page.getByLabel(t("templates.fields.pad.label")).check();
        await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
      },
    },
    {
      name: "a template as JSON that cannot be read",
      isAskedElsewhere: true,
      path: "/templates/new",
      enter: async (page, t) => {
        await page.getByRole("radio", { name: "JSON" }).click();
        await page.getByLabel(t("templates.json.label")).fill('{ "container": "mp4", "colour": "red" }');
        await expect(page.getByText(/colour/).last()).toBeVisible();
      },
    },
    {
      name: "an Output without its fields",
      isAskedElsewhere: true,
      path: "/outputs/new",
      enter: async (page, t) => {
        await press(page, t("outputs.form.save"));
        await expect(page.locator("[aria-invalid=true]").first()).toBeVisible();
      },
    },
    { name: "an Output that cannot delete", path: "/outputs/new", enter: tried("delete") },
    {
      name: "an Output that was changed since its test",
      path: "/outputs/new",
      enter: async (page, t) => {
        await tried("write")(page, t);
        await page.getByLabel(t("outputs.form.prefix")).fill("vod/");
        await expect(page.getByText(t("outputs.test.changed"))).toBeVisible();
      },
    },
    {
      name: "an Output that is to be saved all the same",
      isAskedElsewhere: true,
      path: "/outputs/new",
      enter: async (page, t) => {
        await page.route("**/api/v1/outputs/test", (route) => route.fulfill({ json: testAnswer("read") }));
        await fillBucket(page, t);
        await press(page, t("outputs.form.save"));
        await expect(page.getByRole("alertdialog")).toBeVisible();
      },
    },
    {
      name: "an Output that is to be archived",
      path: "/outputs",
      enter: async (page, t) => {
        await menuItem(page, t("outputs.actions.menu", { name: output.name }), t("outputs.actions.archive"));
        await expect(page.getByRole("alertdialog")).toBeVisible();
      },
    },
    {
      name: "an Output that is not there",
      path: "/outputs/out_00000000000000000000000000",
      enter: async (page, t) => expect(page.getByText(t("outputs.missing.title"))).toBeVisible(),
    },
    {
      name: "an access key without a name",
      isAskedElsewhere: true,
      path: "/access-keys",
      enter: async (page, t) => {
        await press(page, t("keys.create.open"));
        await press(page.getByRole("dialog"), t("keys.create.submit"));
        await expect(page.getByText(t("keys.create.nameMissing"))).toBeVisible();
      },
    },
    {
      name: "an invitation without an address, and its list of roles",
      path: "/users",
      enter: async (page, t) => {
        await press(page, t("users.invite.open"));
        await press(page.getByRole("dialog"), t("users.invite.submit"));
        await expect(page.getByText(t("users.invite.emailBad"))).toBeVisible();
      },
    },
    {
      name: "an endpoint on a private address",
      isAskedElsewhere: true,
      path: "/webhooks",
      enter: async (page, t) => {
        await press(page, t("webhooks.add.open"));
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel(t("webhooks.add.url"), { exact: true }).fill("http://10.0.0.7/hook");
        await press(dialog, t("webhooks.add.submit"));
        await expect(dialog.locator("[aria-invalid=true]")).toBeVisible();
      },
    },
    {
      name: "an audit log without a match",
      isAskedElsewhere: true,
      path: "/audit?object=never-there",
      enter: async () => {},
    },
    {
      name: "a page that is not there",
      isAskedElsewhere: true,
      path: "/no-such-page",
      enter: async (page, t) => expect(page.getByText(t("common.notFound.title"))).toBeVisible(),
    },
    {
      name: "a session that has ended under a dialog",
      isAskedElsewhere: true,
      path: "/access-keys",
      enter: async (page, t) => {
        await press(page, t("keys.create.open"));
        await page.getByLabel(t("keys.create.name"), { exact: true }).fill("typed");
        const submit = { name: t("keys.create.submit"), exact: true };
        await pressSignedOut(page, page.getByRole("dialog").getByRole("button", submit), "access-keys");
        await expect(page.getByRole("alertdialog", { name: t("session.title") })).toBeVisible();
      },
    },
    {
      name: "a sign-in that was refused",
      path: "/sign-in",
      enter: async (page, t) => {
        await page.getByLabel(t("auth.email")).fill("nobody@example.com");
        await page.getByLabel(t("auth.password"), { exact: true }).fill("wrong");
        await press(page, t("auth.submit"));
        await expect(page.getByRole("alert").filter({ hasText: /\S/ }).first()).toBeVisible();
      },
    },
  ];
}

async function makeAll(admin: APIRequestContext, origin: string, name: string): Promise<Made> {
  const post = async (place: string, data: object = {}) => {
    const answer = await admin.post(`/api/v1/${place}`, { data, headers: { origin } });
    expect(answer.ok(), `${place}: ${await answer.text()}`).toBe(true);
    return (await answer.json()) as unknown;
  };
  const templates = await admin.get("/api/v1/templates");
  const { items } = (await templates.json()) as { items: TemplateSummary[] };
  const hls = items.find((one) => one.name === "System_HLS_H264")?.id ?? "";
  const clone = (suffix: string) =>
    post(`templates/${hls}/clone`, { name: `${name} ${suffix}` }) as Promise<TemplateSummary>;
  const [template, archived] = [await clone("in use"), await clone("archived")];
  await post(`templates/${archived.id}/archive`);
  const output = (await post("outputs", {
    type: "s3",
    name,
    endpoint: "http://127.0.0.1:9",
    region: "",
    bucket: "media",
    accessKeyId: "key",
    secretAccessKey: "a-secret",
  })) as OutputDetail;
  return { template, archived, output };
}

async function expectReflow(page: Page): Promise<void> {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  await page.setViewportSize({ width: 320, height: 700 });
  const cut = await page.evaluate(() => {
    const dialogs = [...document.querySelectorAll("[role=dialog], [role=alertdialog]")];
    const boxes = dialogs.map((dialog) => dialog.getBoundingClientRect());
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth || boxes.some(({ left, right }) => left < 0 || right > clientWidth);
  });
  expect(cut, "wider than a small phone").toBe(false);
  await page.setViewportSize(size);
}

for (const { theme, locale } of [
  { theme: "light", locale: "en" },
  { theme: "dark", locale: "zh-CN" },
] as const) {
  test(`what opens on the pages passes axe in ${theme}, ${locale}`, async ({
    browser,
    page,
    baseURL,
    suffix,
  }) => {
    const origin = baseURL ?? "";
    const t = wordsIn(locale);
    const made = await makeAll(page.request, origin, `axe ${locale}${suffix}`);
    const session = await page.context().storageState();
    const states = statesOf(made).filter(({ isAskedElsewhere }) => locale !== "en" || !isAskedElsewhere);
    for (const { name, path: place, enter } of states) {
      await test.step(name, async () => {
        const context = await browser.newContext({
          ...{ baseURL: origin, colorScheme: theme, reducedMotion: "reduce", timezoneId: "UTC" },
          viewport: { width: 1440, height: 900 },
          storageState: place === "/sign-in" ? { cookies: [], origins: [] } : session,
        });
        await context.addCookies([{ name: "vod_locale", value: locale, url: origin }]);
        const own = await context.newPage();
        await own.goto(place);
        await enter(own, t);
        await expect(own.locator("html")).toHaveClass(theme === "dark" ? /\bdark\b/ : /^(?!.*\bdark\b)/);
        await expectAccessible(own);
        await expectReflow(own);
        await context.close();
      });
    }
    for (const place of [
      `templates/${made.template.id}`,
      `templates/${made.archived.id}`,
      `outputs/${made.output.id}`,
    ])
      await page.request.delete(`/api/v1/${place}`, { headers: { origin } });
  });
}

test("a job whose file was taken out of the Output says so instead of offering it", async ({
  page,
  api,
  surroundings,
  suffix,
}) => {
  const folder = `gone${suffix}`;
  const task = await createTask(api, {
    source: { type: "url", url: surroundings.mediaUrl("clip.mp4") },
    outputPattern: `${folder}/clip`,
  });
  await waitForStatus(api, task.id, ["succeeded"]);
  await page.goto(`/tasks/${task.id}`);
  await expect(page.getByRole("button", { name: /^Play / })).toBeVisible();
  rmSync(path.join(outputFolder(surroundings.dataDir), folder, "clip.mp4"));
  await page.reload();
  await expect(page.getByText("File no longer in storage")).toBeVisible();
  await expect(page.getByRole("button", { name: /^Play / })).toBeHidden();
  await expectAccessible(page);
});
