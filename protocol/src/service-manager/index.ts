export { type ServiceManager, type ServiceManagerInput, serviceManager } from "./service-manager.js";
export { systemdAbove } from "./systemd.js";
