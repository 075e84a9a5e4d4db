// `npm run build`: compiles, builds the pages and imports the models, each only when something changed.
import { build, fail } from "./setup.mjs";

await build().catch(fail);
