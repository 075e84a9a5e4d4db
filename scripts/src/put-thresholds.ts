import { rename, writeFile } from "node:fs/promises";
import { type ModelPlaces, modelPlaces, onnxFileOf, type Registry, readRegistry } from "@wardkey/models";

type CalibratedWith = Registry["calibratedWith"];
type CalibratedRole = keyof CalibratedWith;
/** What was measured anew; what is not named stays. */
type Measured = { readonly [Name in keyof Registry["thresholds"]]?: Readonly<Registry["thresholds"][Name]> };

/**
 * Puts thresholds that were measured anew into the registry, bound to the SHA-256 of the networks that it names for `roles`
 * now; other thresholds stay, bound to what they were measured with. The file is exchanged whole: a write that breaks off
 * leaves the old one.
 */
export async function putThresholds(
  roles: readonly CalibratedRole[],
  { calibration, ...measured }: Measured & Partial<Pick<Registry, "calibration">>,
  places: ModelPlaces = modelPlaces(),
): Promise<void> {
  const registry = await readRegistry(places.registryPath);
  const changed = {
    ...registry,
    calibratedWith: boundAnew(registry, roles, places),
    thresholds: { ...registry.thresholds, ...measured },
    calibration: calibration ?? registry.calibration,
  };
  const written = `${places.registryPath}.new`;
  await writeFile(written, `${JSON.stringify(changed, null, 2)}\n`);
  await rename(written, places.registryPath);
}

function boundAnew(registry: Registry, roles: readonly CalibratedRole[], places: ModelPlaces): CalibratedWith {
  const others = Object.entries(registry.calibratedWith).filter(([role]) => !roles.includes(role as CalibratedRole));
  const measured = roles.flatMap((role) => {
    const entry = registry.models[role];
    return entry === undefined ? [] : [[role, onnxFileOf(entry, places).sha256] as const];
  });
  return Object.fromEntries([...others, ...measured]);
}
