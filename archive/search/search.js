"use strict";
// Loads the quarters' shards as scripts, which works from a disk too; finds what `digest search` finds; writes text only, never markup.
(() => {
  const at = (id) => document.getElementById(id);
  const [words, trend, said, found, cite] = ["words", "trend", "said", "found", "cite"].map(at);
  const quarters = found.dataset.quarters.split(" ").filter(Boolean);
  const texts = found.dataset; // what is said here, in the page's language
  const items = [];
  let waiting = quarters.length;
  let loading = false;
  let served = false; // by a server with the API, which writes the references

  globalThis.digestShard = (key, rows) => {
    for (const [anchor, title, authors, summary, trends, [rawTitle, rawAuthors, rawSummary] = []] of rows) {
      const read = { title: rawTitle || title, authors: rawAuthors || authors, summary: rawSummary || summary };
      items.push({ key, anchor, title, authors, summary, trends, read });
    }
  };
  const load = () => {
    if (loading) return;
    loading = true;
    for (const quarter of quarters) {
      const script = document.createElement("script");
      script.src = quarter + ".js";
      script.onload = script.onerror = () => { waiting -= 1; show(); };
      document.head.append(script);
    }
  };
  // Words as SQLite's tokenizers read them: letters and digits without marks, in lower case, stemmed after Porter.
  const WORD = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\u0300-\u036f]*/gu;
  const MARKS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670\u093c\u094d\u0e38-\u0e3a\u0e48-\u0e4b\u3099\u309a]/gu;
  const UNSPACED = /[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\u{20000}-\u{33479}]/gu;
  const vowel = (letter, y) => "aeiou".includes(letter) || (y && letter === "y");
  const measured = (text) => {
    // How often a consonant follows vowels.
    let [count, consonant, after] = [0, false, false];
    for (const letter of text) {
      consonant = !vowel(letter, consonant);
      if (consonant && after) count += 1;
      after = !consonant;
    }
    return count;
  };
  const hasVowel = (text) => [...text].some((letter, place) => vowel(letter, place > 0));
  const ends = (text) => {
    if ("wxy".includes(text.at(-1))) return false;
    let consonant = false;
    let mask = 0;
    for (const letter of text) {
      consonant = !vowel(letter, consonant);
      mask = (mask << 1) + Number(consonant);
    }
    return (mask & 7) === 5;
  };
  const SECOND = { ational: "ate", tional: "tion", enci: "ence", anci: "ance", izer: "ize", logi: "log", bli: "ble", alli: "al", entli: "ent", eli: "e", ousli: "ous", ization: "ize", ation: "ate", ator: "ate", alism: "al", iveness: "ive", fulness: "ful", ousness: "ous", aliti: "al", iviti: "ive", biliti: "ble" };
  const THIRD = { ical: "ic", ness: "", icate: "ic", iciti: "ic", ful: "", ative: "", alize: "al" };
  const FOURTH = ["al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize"];
  const bytes = (text) => new TextEncoder().encode(text).length;
  const stemmed = (word) => {
    let text = word;
    if (bytes(text) < 3 || bytes(text) > 64) return text;
    if (text.endsWith("s")) {
      if (text.at(-2) === "e") text = (text.length > 4 && text.endsWith("sses")) || (text.length > 3 && text.at(-3) === "i") ? text.slice(0, -2) : text.slice(0, -1);
      else if (text.at(-2) !== "s") text = text.slice(0, -1);
    }
    let cut = false;
    if (text.length > 3 && text.endsWith("eed")) text = measured(text.slice(0, -3)) > 0 ? text.slice(0, -1) : text;
    else if (text.length > 2 && text.endsWith("ed") && hasVowel(text.slice(0, -2))) { text = text.slice(0, -2); cut = true; }
    else if (text.length > 3 && text.endsWith("ing") && hasVowel(text.slice(0, -3))) { text = text.slice(0, -3); cut = true; }
    if (cut) {
      const last = text.at(-1);
      if (text.length > 2 && /(at|bl|iz)$/.test(text)) text += "e";
      else if (!vowel(last, false) && !"lsz".includes(last) && last === text.at(-2)) text = text.slice(0, -1);
      else if (measured(text) === 1 && ends(text)) text += "e";
    }
    if (text.endsWith("y") && hasVowel(text.slice(0, -1))) text = text.slice(0, -1) + "i";
    for (const endings of [SECOND, THIRD]) {
      const ending = Object.keys(endings).find((one) => text.length > one.length && text.endsWith(one));
      if (ending && measured(text.slice(0, -ending.length)) > 0) text = text.slice(0, -ending.length) + endings[ending];
    }
    const ending = FOURTH.find((one) => text.length > one.length && text.endsWith(one));
    if (ending) {
      const rest = text.slice(0, -ending.length);
      if (measured(rest) > 1 && (ending !== "ion" || "st".includes(rest.at(-1)))) text = rest;
    }
    if (text.endsWith("e")) {
      const rest = text.slice(0, -1);
      if (measured(rest) > 1 || (measured(rest) === 1 && !ends(rest))) text = rest;
    }
    return text.length > 1 && text.endsWith("ll") && measured(text.slice(0, -1)) > 1 ? text.slice(0, -1) : text;
  };
  const known = new Map();
  const stem = (word) => {
    if (!known.has(word)) known.set(word, stemmed(word));
    return known.get(word);
  };
  const tokens = (text) => (text.match(WORD) ?? []).map((word) => stem(word.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/gu, "").normalize("NFC")));
  const plain = (text) => text.normalize("NFKD").replace(MARKS, "").normalize("NFKC").replace(UNSPACED, " $& ");
  const ascii = /^[\x00-\x7f]*$/;
  const fields = (item) => {
    // The texts in which a phrase is looked for, and the plain form of all words that have letters beyond a to z.
    if (item.fields) return item.fields;
    const { title, authors, summary } = item.read;
    const beyond = [title, authors, summary].join(" ").split(/\s+/).filter((word) => !ascii.test(word));
    item.fields = [title, authors, summary, plain(beyond.join(" "))].map(tokens);
    return item.fields;
  };
  const holds = (text, phrase, prefix) => {
    const is = (word, at, place) => (prefix && place === phrase.length - 1 ? text[at + place]?.startsWith(word) : text[at + place] === word);
    return text.some((_, at) => phrase.every((word, place) => is(word, at, place)));
  };
  const asked = (query) => {
    // The terms of a query: all must occur. "Words in quotes" form a phrase, and word* is a prefix.
    const terms = [];
    for (const found of query.matchAll(/"([^"]*)"?|(\S+)/g)) {
      const said = found[2] ?? found[1];
      const text = said.replace(/\*+$/, "").replaceAll('"', " ").replaceAll("\0", " ");
      if (!/[\p{L}\p{N}]/u.test(text)) continue;
      const letters = text.trim().split(/\s+/).at(-1).match(/[\p{L}\p{N}]/gu) ?? [];
      terms.push({ words: tokens(text), letters: tokens(plain(text)), prefix: said.endsWith("*") && letters.length >= 3 });
    }
    return terms.slice(0, 16);
  };
  const score = (item, terms) => {
    const [title, authors, summary, beyond] = fields(item);
    let sum = 0;
    for (const { words: phrase, letters, prefix } of terms) {
      const at = (text) => phrase.length > 0 && holds(text, phrase, prefix);
      if (at(title)) sum += 4;
      else if (at(authors) || at(summary) || (letters.length > 0 && holds(beyond, letters, prefix))) sum += 1;
      else return 0;
    }
    return sum;
  };
  const element = (name, text, parent) => {
    const made = document.createElement(name);
    made.textContent = text;
    parent.append(made);
    return made;
  };
  const shortened = (text) => {
    const said = text.split(" ");
    return said.length > 30 ? said.slice(0, 30).join(" ").replace(/[,;:–—-]+$/, "") + " …" : text;
  };
  const entry = (item) => {
    const line = element("p", "", found);
    line.className = "line";
    element("a", item.title, line).href = "../" + item.key + "/index.html#" + item.anchor;
    const soft = element("span", " " + [item.key, item.authors].filter(Boolean).join(" · "), line);
    soft.className = "soft";
    if (item.summary) element("br", "", line);
    if (item.summary) element("span", shortened(item.summary), line);
  };
  const citing = (count) => {
    cite.hidden = !served || count === 0;
    const query = new URLSearchParams({ q: words.value });
    if (trend.value) query.set("trend", trend.value);
    ["bibtex", "ris", "csl"].forEach((format, place) => {
      cite.querySelectorAll("a")[place].href = cite.dataset.api + "references/" + format + "?" + query;
    });
  };
  const show = () => {
    const terms = asked(words.value);
    found.replaceChildren();
    said.textContent = "";
    citing(0);
    if (!terms.length) return;
    load();
    const hits = [];
    items.forEach((item) => {
      const points = !trend.value || item.trends.includes(trend.value) ? score(item, terms) : 0;
      if (points) hits.push([points, item]);
    });
    hits.sort((a, b) => b[0] - a[0] || (a[1].key < b[1].key ? 1 : -1));
    citing(hits.length);
    hits.slice(0, 50).forEach(([, item]) => entry(item));
    const many = (texts.many ?? "{number} items").replace("{number}", hits.length.toLocaleString(document.documentElement.lang || "en"));
    const told = hits.length === 0 ? texts.none ?? "No items" : hits.length === 1 ? texts.one ?? "One item" : many;
    const best = (texts.best ?? "{found}, the best 50 below").replace("{found}", told);
    said.textContent = waiting > 0 ? texts.looking ?? "Looking …" : hits.length > 50 ? best : told;
    try { history.replaceState(null, "", "#q=" + encodeURIComponent(words.value)); } catch { /* a page from a disk may not */ }
  };
  at("form").addEventListener("submit", (event) => { event.preventDefault(); show(); });
  words.addEventListener("input", show);
  trend.addEventListener("change", show);
  if (location.hash.startsWith("#q=")) {
    try { words.value = decodeURIComponent(location.hash.slice(3)); } catch { /* no query of ours */ }
  }
  show();
  if (location.protocol.startsWith("http")) {
    fetch(cite.dataset.api + "issues", { method: "HEAD" }).then((answer) => { served = answer.ok; show(); }, () => {});
  }
})();
