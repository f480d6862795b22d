import { processes } from "../contracts/backend.js";
import { deadlockContract } from "../contracts/deadlock.js";

deadlockContract(processes);
