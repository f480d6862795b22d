import { threads } from "../contracts/backend.js";
import { conditionContract } from "../contracts/condition.js";

conditionContract(threads);
