// npm start: everything on one machine.
import { launch } from "./bootstrap.mjs";

launch("start-everything.ts");
