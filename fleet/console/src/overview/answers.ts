import { z } from "zod";

const Measured = {
  unlocks: z.number(),
  refused: z.number(),
  locks: z.number(),
  disputed: z.number(),
  emergencies: z.number(),
  alarms: z.number(),
  tap: z.object({ timed: z.number(), meanMs: z.number(), medianMs: z.number(), p95Ms: z.number() }).nullable(),
};
export const HourFigures = z.object({ at: z.number(), ...Measured });
export type HourFigures = z.infer<typeof HourFigures>;
export const WardFigures = z.object({ ward: z.string(), ...Measured });
export type WardFigures = z.infer<typeof WardFigures>;
export const FiguresAnswer = z.object({
  from: z.number(),
  to: z.number(),
  hours: z.array(HourFigures),
  wards: z.array(WardFigures),
});
export type FiguresAnswer = z.infer<typeof FiguresAnswer>;

export const RiskSummary = z.object({
  devices: z.object({ normal: z.number(), raised: z.number(), high: z.number() }),
  detections: z.number(),
});
export type RiskSummary = z.infer<typeof RiskSummary>;
