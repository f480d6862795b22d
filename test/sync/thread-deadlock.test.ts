import { threads } from "../contracts/backend.js";
import { deadlockContract } from "../contracts/deadlock.js";

deadlockContract(threads);
