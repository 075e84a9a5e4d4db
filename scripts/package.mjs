// `npm run package`: the agent, the fleet server and their command as Debian packages, in .wardkey/packages or --out DIR.
import { fail, setUp } from "./setup.mjs";

try {
  await setUp({ system: ["dpkg-deb"] });
  await import("./dist/src/packaging/package-main.js");
} catch (error) {
  fail(error);
}
