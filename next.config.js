import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./app/i18n/request.ts");

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Vendors' paths come with and without a trailing slash: lib/http/server.ts answers them, not a redirect.
  skipTrailingSlashRedirect: true,
  // Packages with native parts or with state that the handlers share with lib/http/server.ts.
  serverExternalPackages: [
    "@aws-sdk/client-s3",
    "@node-rs/argon2",
    "@prisma/adapter-pg",
    "@prisma/client",
    "@smithy/node-http-handler",
    "pg",
    "pg-boss",
    "pino",
    "rate-limiter-flexible",
  ],
  // Addresses of foreign images are never fetched.
  images: { unoptimized: true },
  // The two checks are commands of their own (npm run types, npm run lint), not a part of every build.
  typescript: { ignoreBuildErrors: true },
};

export default withNextIntl(config);
