// npm run web, worker, migrate: one process of an installation with its own database. npm run dev: npm start, unbuilt.
import { launch } from "./bootstrap.mjs";

launch(process.argv[2] === "dev" ? "start-everything.ts" : "start-process.ts");
