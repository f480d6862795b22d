import { threads } from "../contracts/backend.js";
import { barrierContract } from "../contracts/barrier.js";

barrierContract(threads);
