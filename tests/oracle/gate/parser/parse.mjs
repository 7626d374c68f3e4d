// Reads one JSON text a line from standard input, a statement; writes one JSON list a line: what its grammar refuses.
// One process for all, because the grammars learn: the first statements cost seconds, the later ones far less.
// SQL goes to antlr4ts-sql, which is quick; PL/SQL, and what the quick one does not know, to ts-plsql-parser.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { CharStream, CommonTokenStream } from "antlr4";
import Lexer from "@griffithswaite/ts-plsql-parser/antlr/PlSqlLexer.js";
import Parser from "@griffithswaite/ts-plsql-parser/antlr/PlSqlParser.js";

const require = createRequire(import.meta.url);
const quick = require("antlr4ts");
const { PlSqlLexer } = require("antlr4ts-sql/dist/src/grammar-output/plsql/PlSqlLexer.js");
const { PlSqlParser } = require("antlr4ts-sql/dist/src/grammar-output/plsql/PlSqlParser.js");
const PLSQL = /^\s*(BEGIN|DECLARE|CREATE\s+(OR\s+REPLACE\s+)?((NON)?EDITIONABLE\s+)?(PACKAGE|PROCEDURE|FUNCTION|TRIGGER|TYPE))\b/i;
const ignore = () => {};

// The quick grammar knows words in upper case only; a statement's texts and names keep theirs.
function upper(stream) {
  const look = stream.LA.bind(stream);
  stream.LA = (offset) => {
    const letter = look(offset);
    return letter >= 97 && letter <= 122 ? letter - 32 : letter;
  };
  return stream;
}

function asked(lexer, tokens, Parser) {
  const found = [];
  const listener = {
    syntaxError: (_recognizer, _symbol, line, column, message) => found.push(`line ${line}:${column} ${message}`),
    reportAmbiguity: ignore,
    reportAttemptingFullContext: ignore,
    reportContextSensitivity: ignore,
  };
  lexer.removeErrorListeners();
  lexer.addErrorListener(listener);
  const parser = new Parser(new tokens(lexer));
  parser.removeErrorListeners();
  parser.addErrorListener(listener);
  parser.sql_script();
  return found.map((line) => line.slice(0, 300));
}

function refusals(sql) {
  const full = () => asked(new Lexer(new CharStream(sql)), CommonTokenStream, Parser);
  if (PLSQL.test(sql)) return full();
  for (const whole of [sql, `${sql};`]) { // a script's GRANT ends with a semicolon, a query does not
    const lexer = new PlSqlLexer(upper(quick.CharStreams.fromString(whole)));
    if (asked(lexer, quick.CommonTokenStream, PlSqlParser).length === 0) return [];
  }
  return full();
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(refusals(JSON.parse(line))) + "\n");
}
