import { processes } from "../contracts/backend.js";
import { conditionContract } from "../contracts/condition.js";

conditionContract(processes);
