/** The simulated site's wards, and names for people who do not exist. */

export const WARDS = [
  "Emergency",
  "Intensive Care",
  "Cardiology",
  "Surgery",
  "Paediatrics",
  "Maternity",
  "Radiology",
  "Oncology",
  "Geriatrics",
  "Outpatients",
] as const;
export type Ward = (typeof WARDS)[number];

const GIVEN = [
  ...["Anna", "Bruno", "Chiara", "Davide", "Elena", "Franco", "Giulia", "Irene", "Luca", "Marta", "Nino", "Paola"],
  ...[
    "Alexandra",
    "Dimitris",
    "Eleni",
    "Giorgos",
    "Ioanna",
    "Katerina",
    "Kostas",
    "Maria",
    "Nikos",
    "Sofia",
    "Vasilis",
  ],
  ...["Alice", "Ben", "Clare", "David", "Emma", "Grace", "Harry", "Jack", "Laura", "Oliver", "Ruth", "Tom"],
] as const;
const FAMILY = [
  ...["Bianchi", "Conti", "Esposito", "Ferrari", "Gallo", "Marino", "Ricci", "Romano", "Rossi", "Russo", "Vitale"],
  ...["Alexiou", "Dimou", "Georgiou", "Ioannou", "Kontos", "Manou", "Nikolaou", "Pappas", "Samaras", "Vlachos"],
  ...["Baker", "Carter", "Evans", "Hughes", "Lewis", "Morgan", "Parker", "Reed", "Shaw", "Taylor", "Walsh", "Young"],
] as const;
const ROLES = ["nurse", "nurse", "nurse", "doctor", "assistant", "physiotherapist"] as const;

export interface Role {
  readonly givenName: string;
  readonly familyName: string;
  readonly role: string;
  readonly ward: Ward;
}

/** The first `count` people of the site: ward after ward, no name twice. */
export function castOf(count: number): readonly Role[] {
  if (count > GIVEN.length * FAMILY.length) throw new RangeError("there are not so many names");
  return Array.from({ length: count }, (_, at) => ({
    givenName: GIVEN[at % GIVEN.length] ?? "",
    familyName: FAMILY[((at % GIVEN.length) + Math.floor(at / GIVEN.length)) % FAMILY.length] ?? "",
    role: ROLES[at % ROLES.length] ?? "nurse",
    ward: WARDS[at % WARDS.length] ?? "Emergency",
  }));
}

/** Kiosk `at` of the site; its name says that it is none. */
export const kioskOf = (at: number) => ({
  id: `kiosk-${String(at + 1).padStart(3, "0")}`,
  name: `Simulated kiosk ${at + 1}`,
  ward: WARDS[at % WARDS.length] ?? "Emergency",
  tags: at % 4 === 3 ? ["simulated", "shared-workstation"] : ["simulated"],
});
