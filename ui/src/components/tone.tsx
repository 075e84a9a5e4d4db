import { Circle, CircleAlert, CircleCheck, CircleDot, type LucideIcon, TriangleAlert } from "lucide-react";

/** What a colour means. It never speaks alone: each tone has its own shape too. */
export type Tone = "neutral" | "accent" | "ok" | "wait" | "stop";

export const TONE_ICON: Readonly<Record<Tone, LucideIcon>> = {
  neutral: Circle,
  accent: CircleDot,
  ok: CircleCheck,
  wait: TriangleAlert,
  stop: CircleAlert,
};
