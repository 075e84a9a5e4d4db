export { type DoctorInput, runDoctor } from "./doctor.js";
export { type Check, type CheckId, type CheckStatus, DOCTOR_EXIT, type DoctorReport } from "./report.js";
