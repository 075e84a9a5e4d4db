export * from "./site-api.js";
