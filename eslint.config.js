import { readdirSync } from "node:fs";
import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

/**
 * Who may import whom, as in docs and in this order of layers:
 *
 *   app → components → lib/<domain>/{schema,status,queries,view} and a few pure files
 *   app → verbs, lib/http, lib/auth, lib/dialects/<vendor>
 *   lib/dialects/<vendor> → verbs; never the database, never another vendor
 *   lib/worker → queue, media, storage, verbs
 *   lib/<domain> → db, queue, other domains' verbs
 *   lib/media → node, itself and lib/errors
 *
 * A later block that matches the same file replaces the earlier one's rule, so each states its whole list.
 */
const REACT = {
  regex: "^(react|react-dom|next|next-intl|next-auth|@tanstack/react-.*)(/|$)",
  message: "lib runs without React and Next; only lib/auth, lib/http/server.ts and lib/i18n may know them.",
};
const UPWARDS = {
  regex: "^(#components/|#app/|(\\.\\./)+(app|components)/)",
  message: "lib imports neither app nor components.",
};
const RELATIVE = {
  regex: "^\\.\\.?/",
  message: "Inside lib and components, import by #lib/… or #components/….",
};
const WORKER = { regex: "^#lib/worker/", message: "The worker is a process; nothing imports it." };
const LAUNCHER = {
  regex: "^#lib/launcher/",
  message: "The launcher starts the product; the product does not know it.",
};
const DIALECTS = {
  regex: "^#lib/dialects/",
  message: "Only app and lib/http open the doors of the dialects.",
};
const DATABASE = { regex: "^(#lib/db/|@prisma/|pg$|pg-boss)", message: "Go through a verb of the domain." };

const BROWSER_SAFE =
  "[\\w-]+/(schema|status|queries|view)\\.ts|format\\.ts|ids\\.ts|errors\\.ts|context\\.ts|i18n/.+|http/(api-client|session-gate|connection)\\.ts|" +
  "media/(data-facts|encode-spec|media-info|plan-audio|plan-video|unsupported-options|watermark-image)\\.ts|templates/(diff-specs|ladder-issues)\\.ts|outputs/(output-path|storage-providers)\\.ts";

const imports = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

const vendors = readdirSync(new URL("lib/dialects", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const TESTS = ["**/*.test.{ts,tsx}", "e2e/**", "bench/**"];

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      ".next/",
      "data/",
      "public/",
      "lib/db/generated/",
      "test-results/",
      "playwright-report/",
      "next-env.d.ts",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // `async` without `await` is how a function that may throw keeps its promise of a promise.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-unused-vars": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
  { files: ["{app,components}/**/*.{ts,tsx}"], extends: [reactHooks.configs.flat.recommended] },

  {
    files: ["app/**/*.{ts,tsx}"],
    rules: imports(DATABASE, WORKER, LAUNCHER, {
      regex: "^#lib/(storage|queue|fetch)/",
      message: "Pages and routes call verbs.",
    }),
  },
  {
    files: ["components/**/*.{ts,tsx}"],
    rules: imports(RELATIVE, {
      regex: `^#lib/(?!(${BROWSER_SAFE})$)`,
      message:
        "Components know a domain's schema, status, queries and view, and pure files; the server stays away.",
    }),
  },
  {
    files: ["components/ui/**/*.{ts,tsx}"],
    rules: imports(RELATIVE, { regex: "^#lib/", message: "No domain in here." }),
  },
  { files: ["lib/**/*.ts"], rules: imports(RELATIVE, REACT, UPWARDS, WORKER, LAUNCHER, DIALECTS) },
  {
    files: ["lib/auth/**/*.ts", "lib/i18n/**/*.ts"],
    rules: imports(RELATIVE, UPWARDS, WORKER, LAUNCHER, DIALECTS),
  },
  { files: ["lib/http/**/*.ts"], rules: imports(RELATIVE, REACT, UPWARDS, WORKER, LAUNCHER) },
  { files: ["lib/http/server.ts"], rules: imports(RELATIVE, UPWARDS, WORKER, LAUNCHER) },
  { files: ["lib/*/queries.ts"], rules: imports(RELATIVE, UPWARDS, WORKER, LAUNCHER, DIALECTS, DATABASE) },
  {
    files: ["lib/worker/**/*.ts"],
    rules: imports(RELATIVE, REACT, UPWARDS, LAUNCHER, DIALECTS, {
      regex: "^#lib/(http|auth)/",
      message: "The worker answers no requests.",
    }),
  },
  {
    // The process's entry fills the registry of callback bodies: the one place of the worker that knows a dialect.
    files: ["lib/worker/main.ts"],
    rules: imports(RELATIVE, REACT, UPWARDS, LAUNCHER),
  },
  {
    files: ["lib/media/**/*.ts"],
    rules: imports(RELATIVE, UPWARDS, {
      regex: "^#lib/(?!(media/|errors\\.ts$|log\\.ts$))",
      message: "lib/media knows ffmpeg and nothing of tasks, tables or requests.",
    }),
  },
  { files: ["lib/launcher/**/*.{ts,mjs}", "lib/db/**/*.ts"], rules: imports(REACT, UPWARDS, WORKER) },
  ...vendors.map((vendor) => ({
    files: [`lib/dialects/${vendor}/**/*.ts`],
    rules: imports(RELATIVE, REACT, UPWARDS, WORKER, LAUNCHER, DATABASE, {
      regex: `^#lib/dialects/(?!${vendor}/)`,
      message: "A vendor's dialect knows no other vendor's.",
    }),
  })),

  {
    files: [...TESTS, "lib/launcher/**"],
    rules: { "no-console": "off" },
  },
  {
    files: TESTS,
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  { files: ["**/*.test.{ts,tsx}"], rules: imports(REACT) },
);
