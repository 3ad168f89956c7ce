// npm run web, worker, migrate: one process of an installation with its own database. npm run dev: npm start, unbuilt.
// npm run build: what the first start would do, without starting.
// npm run backup, restore: a copy of the database, and back.
import { launch } from "./bootstrap.mjs";

const SCRIPTS = { dev: "start-everything.ts", backup: "copy-database.ts", restore: "copy-database.ts" };

launch(SCRIPTS[process.argv[2]] ?? "start-process.ts");
