"use strict";
// Loads the quarters' shards as scripts, which works from a disk too; looks for all words; writes text only, never markup.
(() => {
  const at = (id) => document.getElementById(id);
  const [words, trend, said, found, cite] = ["words", "trend", "said", "found", "cite"].map(at);
  const quarters = found.dataset.quarters.split(" ").filter(Boolean);
  const texts = found.dataset; // what is said here, in the page's language
  const items = [];
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let waiting = quarters.length;
  let asked = false;
  let served = false; // by a server with the API, which writes the references

  globalThis.digestShard = (key, rows) => {
    for (const [anchor, title, authors, summary, trends] of rows) {
      items.push({ key, anchor, title, authors, summary, trends, head: " " + plain(title), rest: " " + plain(authors + " " + summary) });
    }
  };
  const load = () => {
    if (asked) return;
    asked = true;
    for (const quarter of quarters) {
      const script = document.createElement("script");
      script.src = quarter + ".js";
      script.onload = script.onerror = () => { waiting -= 1; show(); };
      document.head.append(script);
    }
  };
  const begins = (text, term) => {
    for (let i = text.indexOf(term); i >= 0; i = text.indexOf(term, i + 1)) {
      // Where words are written without spaces, a term may stand anywhere.
      if (/[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}]/u.test(text[i]) || !/[\p{L}\p{N}]/u.test(text[i - 1])) return true;
    }
    return false;
  };
  const score = (item, terms) => {
    let sum = 0;
    for (const term of terms) {
      if (begins(item.head, term)) sum += 4;
      else if (begins(item.rest, term)) sum += 1;
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
  const entry = (item) => {
    const line = element("p", "", found);
    line.className = "line";
    element("a", item.title, line).href = "../" + item.key + "/index.html#" + item.anchor;
    const soft = element("span", " " + [item.key, item.authors].filter(Boolean).join(" · "), line);
    soft.className = "soft";
    if (item.summary) element("br", "", line);
    if (item.summary) element("span", item.summary, line);
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
    const terms = plain(words.value).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
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
