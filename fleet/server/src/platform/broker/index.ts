export { type AedesBroker, createAedesBroker } from "./aedes/aedes-broker.js";
export type { TlsMaterial } from "./aedes/tls-listener.js";
export { type BrokerLimits, DEFAULT_LIMITS } from "./limits.js";
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
