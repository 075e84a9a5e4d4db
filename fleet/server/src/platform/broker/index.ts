export { type AedesBroker, createAedesBroker } from "./aedes/aedes-broker.js";
export type { TlsMaterial } from "./aedes/tls-listener.js";
export type { BrokerLimits } from "./limits.js";
export type { LinkAddress, LinkIdentity } from "./outside/fleet-link.js";
export { createMosquittoBroker } from "./outside/mosquitto-broker.js";
export { type MosquittoSettings, mosquittoConfiguration } from "./outside/mosquitto-configuration.js";
export type { OutsideParts } from "./outside/outside-broker.js";
export { createRabbitBroker } from "./outside/rabbit-broker.js";
export { type RabbitSettings, rabbitConfiguration, rabbitPasswordHash } from "./outside/rabbit-configuration.js";
export type { RabbitManagementAccess } from "./outside/rabbit-management.js";
export type {
  Admission,
  BrokerLogger,
  FleetBroker,
  Gate,
  PeerCertificate,
  RefusedAttempt,
  UpMessage,
} from "./port.js";
export { brokerMigrations } from "./store/migrations.js";
export { createSqlPersistence, type SqlPersistence } from "./store/sql-persistence.js";
