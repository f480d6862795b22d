import { processes as backend } from "../contracts/backend.js";
import { lockContract } from "../contracts/lock.js";
import { lockPartiesContract } from "../contracts/lock-parties.js";

lockContract(backend, "Lock");
lockPartiesContract(backend, "Lock");
