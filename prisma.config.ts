import { defineConfig } from "prisma/config";

// The URL is only needed by commands that connect; `prisma generate` runs without one.
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env["DATABASE_URL"] ?? "postgresql://unset@127.0.0.1:1/unset" },
});
