// `npm run test:large`: the fleet on Debian's PostgreSQL, Mosquitto and RabbitMQ. Arguments go to vitest.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fail, root, run, setUp } from "./setup.mjs";

const FLEET = "fleet/server/src";
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");

/** The ordinary tests that open the site's database, by themselves or on a bench: they run on PostgreSQL when one is named. */
async function databaseTests() {
  const names = (await readdir(join(root, FLEET), { recursive: true })).filter((name) => name.endsWith(".ts"));
  const texts = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(root, FLEET, name), "utf8")])),
  );
  /** Benches are built on benches: each is followed to the database under it. */
  const opens = (name, seen) => {
    const text = texts.get(name);
    if (text === undefined || seen.has(name)) return false;
    seen.add(name);
    if (/\btestDatabase\(/.test(text)) return true;
    const imports = [...text.matchAll(/ from "(\.[^"]+)\.js"/g)].map(([, path]) => join(dirname(name), `${path}.ts`));
    return imports.some((path) => path.includes("testing/") && opens(path, seen));
  };
  const tests = names.filter((name) => name.endsWith(".test.ts") && !name.endsWith(".large.test.ts"));
  return tests.filter((name) => opens(name, new Set())).map((name) => `${FLEET}/${name}`);
}

try {
  await setUp();
  const { needDebianPackages, startPostgres } = await import("./dist/src/large/index.js");
  await needDebianPackages();
  const { env, stop } = await startPostgres();
  const test = (...args) => run(process.execPath, [vitest, "run", ...args], { allowFailure: true, env });
  try {
    const asked = process.argv.slice(2);
    const codes = [await test("--config", "vitest.large.config.ts", ...asked)];
    if (asked.length === 0) codes.push(await test(...(await databaseTests())));
    process.exitCode = codes.find((code) => code !== 0) ?? 0;
  } finally {
    await stop();
  }
} catch (error) {
  fail(error);
}
