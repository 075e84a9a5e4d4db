export { policyEn as policyIt } from "./policy-en.js";
