const os = require("node:os");

let seen = 0;

function hidden(x) {
  seen++;
  return `${typeof os.cpus}:${x}:${seen}`;
}

exports.shown = (x) => `${hidden(x)}!`;
exports.getHidden = () => hidden;
