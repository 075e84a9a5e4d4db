// `npm run evaluate:faces -- --root DIR --pairs FILE.csv …`: scores any folder of photos. Works after `npm ci` alone.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fail, root, setUp } from "./setup.mjs";

try {
  await setUp({ withPages: false });
  const [name, ...args] = process.argv.slice(2);
  const { main } = await import(pathToFileURL(join(root, "scripts", "dist", "src", `evaluate-${name}.js`)).href);
  process.exitCode = await main(args);
} catch (error) {
  fail(error);
}
