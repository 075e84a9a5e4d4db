import { type ModelPlaces, modelPlaces, onnxFileOf, type Registry } from "@wardkey/models";

type CalibratedWith = Registry["calibratedWith"];
type CalibratedRole = keyof CalibratedWith;

/**
 * What the registry's thresholds are bound to once those of `roles` were measured anew: the SHA-256 of the networks that it
 * names for them now. Others stay bound to what they were measured with.
 */
export function renewed(
  { models, calibratedWith }: Registry,
  roles: readonly CalibratedRole[],
  places: ModelPlaces = modelPlaces(),
): CalibratedWith {
  const others = Object.entries(calibratedWith).filter(([role]) => !roles.includes(role as CalibratedRole));
  const measured = roles.flatMap((role) => {
    const entry = models[role];
    return entry === undefined ? [] : [[role, onnxFileOf(entry, places).sha256] as const];
  });
  return Object.fromEntries([...others, ...measured]);
}
