export { startAgent } from "./agent.js";
export { AgentConfig, readConfig } from "./config.js";
export { createRealSenses } from "./real-senses.js";
export type { CreateSenses, Senses, SensesInput } from "./senses.js";
export { systemClock, systemTimers, type Timers } from "./time.js";
export type { Agent, AgentLog, AgentWorld } from "./world.js";
