/** What people do at kiosks that puts them or patients at risk, and that a sentence may change. */
export const BEHAVIOURS = ["left-unlocked", "veil-dismissed", "shared-badge", "break-glass-no-reason"] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/**
 * How a nudge works on people. Dolan et al., "Influencing behaviour: the MINDSPACE way", Journal of Economic Psychology
 * 33 (2012): messenger, incentives, norms, defaults, salience, priming, affect, commitments, ego.
 */
export const MINDSPACE = [
  "messenger",
  "incentives",
  "norms",
  "defaults",
  "salience",
  "priming",
  "affect",
  "commitments",
  "ego",
] as const;
export type Mindspace = (typeof MINDSPACE)[number];

/**
 * What of behaviour it works on. Michie, van Stralen, West, "The behaviour change wheel", Implementation Science 6:42
 * (2011): capability, opportunity and motivation, each of two sorts.
 */
export const COM_B = [
  "capability-physical",
  "capability-psychological",
  "opportunity-physical",
  "opportunity-social",
  "motivation-reflective",
  "motivation-automatic",
] as const;
export type ComB = (typeof COM_B)[number];
