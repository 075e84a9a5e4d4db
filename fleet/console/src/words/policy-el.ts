export { policyEn as policyEl } from "./policy-en.js";
