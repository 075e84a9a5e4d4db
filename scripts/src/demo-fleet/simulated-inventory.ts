import { kioskOf } from "./cast.js";

const KIOSKS_IN_IT = 10;
const NOTHING = { impact: 0, exposure: 0 };

/** CVE numbers of a year that is far away: none of them is a real one, nor are their scores. */
const VULNERABILITIES = [
  { id: "CVE-2099-10001", cvss: 9.8, epss: 0.82, at: ["simulated-remote-access"] },
  { id: "CVE-2099-10002", cvss: 8.1, epss: 0.34, at: ["simulated-records", "simulated-imaging"] },
  { id: "CVE-2099-10003", cvss: 7.5, epss: 0.07, at: ["simulated-directory"] },
  { id: "CVE-2099-10004", cvss: 6.5, epss: 0.02, at: ["simulated-records-data"] },
  { id: "CVE-2099-10005", cvss: 5.4, epss: 0.004, at: [kioskOf(0).id, kioskOf(1).id] },
] as const;

/** A small hospital network that does not exist, as its tools would export it (CycloneDX 1.6, ECMA-424). */
export function simulatedInventory(kiosks: number): object {
  const known = Array.from({ length: Math.min(kiosks, KIOSKS_IN_IT) }, (_, at) => kioskOf(at));
  const refs = new Set([...known.map(({ id }) => id), ...SERVICES.map((each) => each["bom-ref"]), DATA["bom-ref"]]);
  return {
    ...{ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 },
    components: [...known.map(({ id, name }) => part(id, name, { exposure: 0.1, impact: 5 }, "device")), DATA],
    services: SERVICES,
    dependencies: [
      ...known.map(({ id }) => ({ ref: id, dependsOn: ["simulated-records"] })),
      { ref: "simulated-records", dependsOn: ["simulated-records-data", "simulated-directory"] },
      { ref: "simulated-imaging", dependsOn: ["simulated-records-data"] },
      { ref: "simulated-remote-access", dependsOn: ["simulated-records", "simulated-imaging"] },
    ],
    vulnerabilities: VULNERABILITIES.map(({ id, cvss, epss, at }) => ({
      id,
      ratings: [{ score: cvss, method: "CVSSv31" }],
      properties: [{ name: "wardkey:epss", value: String(epss) }],
      affects: at.filter((ref) => refs.has(ref)).map((ref) => ({ ref })),
    })),
  };
}

function part(ref: string, name: string, says: Partial<typeof NOTHING>, type = "application") {
  const { impact, exposure } = { ...NOTHING, ...says };
  const properties = [
    { name: "wardkey:impact", value: String(impact) },
    { name: "wardkey:exposure", value: String(exposure) },
  ];
  return { "bom-ref": ref, type, name, properties };
}

const SERVICES = [
  part("simulated-records", "Simulated patient records", { impact: 7 }),
  part("simulated-imaging", "Simulated imaging archive", { impact: 6 }),
  part("simulated-directory", "Simulated staff directory", { impact: 4 }),
  part("simulated-remote-access", "Simulated remote access", { impact: 2, exposure: 0.6 }),
];
const DATA = part("simulated-records-data", "Simulated records database", { impact: 10 }, "data");
