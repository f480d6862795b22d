import { processes } from "../contracts/backend.js";
import { lockContract } from "../contracts/lock.js";
import { lockPartiesContract } from "../contracts/lock-parties.js";

lockContract(processes, "Lock");
lockPartiesContract(processes, "Lock");
