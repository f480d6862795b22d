import { threads } from "../contracts/backend.js";
import { lockContract } from "../contracts/lock.js";
import { lockPartiesContract } from "../contracts/lock-parties.js";

lockContract(threads, "RLock");
lockPartiesContract(threads, "RLock");
