import { z } from "zod";

/**
 * A laboratory result in the manner of HL7 v2's ORU^R01, as JSON: header, patient, order, observations. The segments and
 * their meaning are HL7's, the form is not; every value here is simulated and says so.
 */
export const LabResult = z.strictObject({
  /** MSH: what it is. */
  message: z.strictObject({ type: z.literal("ORU^R01"), control: z.string().max(40), simulated: z.literal(true) }),
  /** PID: a made-up number; names do not travel. */
  patient: z.strictObject({ id: z.string().regex(/^SIM-[0-9]{1,8}$/) }),
  /** OBR: which analysis. */
  order: z.strictObject({ id: z.string().max(40), service: z.string().max(80) }),
  /** OBX: LOINC codes, units of UCUM. */
  observations: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[0-9]{1,7}-[0-9]$/),
        name: z.string().max(80),
        value: z.number(),
        unit: z.string().max(20),
        range: z.tuple([z.number(), z.number()]),
        flag: z.enum(["N", "L", "H"]),
        status: z.literal("F"),
      }),
    )
    .min(1)
    .max(50),
});
export type LabResult = z.infer<typeof LabResult>;

const TESTS = [
  { code: "2823-3", name: "Potassium", unit: "mmol/L", range: [3.5, 5.1] },
  { code: "2951-2", name: "Sodium", unit: "mmol/L", range: [136, 145] },
  { code: "2345-7", name: "Glucose", unit: "mg/dL", range: [70, 99] },
  { code: "718-7", name: "Hemoglobin", unit: "g/dL", range: [12, 16] },
] as const satisfies readonly { code: string; name: string; unit: string; range: [number, number] }[];

/** A simulated result: values around the middle of their ranges, now and then outside. `random`: 0..1. */
export function simulatedResult(number: number, random: () => number): LabResult {
  return {
    message: { type: "ORU^R01", control: `SIM-${number}`, simulated: true },
    patient: { id: `SIM-${1 + Math.floor(random() * 999)}` },
    order: { id: `SIM-ORDER-${number}`, service: "Basic metabolic panel (simulated)" },
    observations: TESTS.map(({ code, name, unit, range: [low, high] }) => {
      const value = Number((low + (random() * 1.4 - 0.2) * (high - low)).toFixed(1));
      const flag = value < low ? "L" : value > high ? "H" : "N";
      return { code, name, value, unit, range: [low, high], flag, status: "F" };
    }),
  };
}
