export { needDebianPackages } from "./debian-packages.js";
export { type StartedPostgres, startPostgres } from "./postgres.js";
