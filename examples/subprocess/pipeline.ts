/** The words of a text by how often they come: four programs joined by pipes, without a shell. */
import { PIPE, Popen } from "manyhands/subprocess";

const text = "many hands make light work\nmany cooks make a broth\n";

const words = new Popen(["tr", "-s", " ", "\\n"], { stdin: PIPE, stdout: PIPE });
const sorted = new Popen(["sort"], { stdin: words.stdout, stdout: PIPE });
const counted = new Popen(["uniq", "-c"], { stdin: sorted.stdout, stdout: PIPE });
const ranked = new Popen(["sort", "-k1,1nr", "-k2"], {
  stdin: counted.stdout,
  stdout: PIPE,
  text: true,
});
words.stdin.end(text);
const [ranking] = await ranked.communicate();
for (const line of ranking.split("\n").slice(0, 3)) console.log(line.trim());
