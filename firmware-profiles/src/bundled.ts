import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ProfileSet } from "./profile-set.js";
import { Profile } from "./schema.js";

const FOLDER = fileURLToPath(new URL("../profiles/", import.meta.url));

/** The profiles that come with this version. Throws for one that does not keep to the schema, with its file's name. */
export async function bundledProfiles(folder: string = FOLDER): Promise<ProfileSet> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  const profiles = await Promise.all(files.map((name) => readProfile(folder, name)));
  return new ProfileSet(profiles);
}

async function readProfile(folder: string, name: string): Promise<Profile> {
  const parsed = Profile.safeParse(JSON.parse(await readFile(join(folder, name), "utf8")));
  if (!parsed.success) throw new Error(`${name}: ${faultsOf(parsed.error)}`);
  if (`${parsed.data.id}.json` !== name) throw new Error(`${name}: its id is ${parsed.data.id}`);
  return parsed.data;
}

const faultsOf = ({ issues }: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string =>
  issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
