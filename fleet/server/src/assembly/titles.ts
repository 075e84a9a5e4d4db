import { auditProblemTitles } from "../audit/index.js";
import { deviceProblemTitles } from "../devices/index.js";
import { downtimeProblemTitles } from "../downtime/index.js";
import { liveProblemTitles } from "../live/index.js";
import { m2mProblemTitles } from "../m2m/index.js";
import { nudgeProblemTitles } from "../nudge/index.js";
import { peripheralProblemTitles } from "../peripherals/index.js";
import { pkiProblemTitles } from "../pki/index.js";
import { authProblemTitles } from "../platform/auth/index.js";
import { mergeProblemTitles, type ProblemTitles, platformProblemTitles } from "../platform/http/problem.js";
import { policyProblemTitles } from "../policy/index.js";
import { restorationProblemTitles } from "../restoration/index.js";
import { riskImportProblemTitles, riskProblemTitles } from "../risk/index.js";
import { staffProblemTitles } from "../staff/index.js";
import { trainingProblemTitles } from "../training/index.js";
import { valueProblemTitles } from "../value/index.js";

/** The words for every code that either listener answers with. */
export const problemTitles = (): ProblemTitles =>
  mergeProblemTitles(
    platformProblemTitles,
    authProblemTitles,
    pkiProblemTitles,
    deviceProblemTitles,
    m2mProblemTitles,
    staffProblemTitles,
    policyProblemTitles,
    auditProblemTitles,
    restorationProblemTitles,
    downtimeProblemTitles,
    peripheralProblemTitles,
    riskProblemTitles,
    riskImportProblemTitles,
    nudgeProblemTitles,
    valueProblemTitles,
    trainingProblemTitles,
    liveProblemTitles,
  );
