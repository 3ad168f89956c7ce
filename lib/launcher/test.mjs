// npm test: every check, from nothing but Node and npm.
import { launch } from "./bootstrap.mjs";

launch("run-tests.ts");
