"use strict";
(() => {
  const { spots, lines } = JSON.parse(document.getElementById("data").textContent);
  const board = document.getElementById("board");
  const svg = document.getElementById("edges");
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const reset = document.getElementById("reset");
  const details = document.getElementById("details");
  const hint = details.innerHTML;
  const lists = [...document.querySelectorAll("ol[data-column]")];
  const counts = [...document.querySelectorAll("b[data-count]")];
  const byId = new Map(spots.map((spot) => [spot.id, spot]));
  const ahead = new Map(), back = new Map();
  const KINDS = {
    requires: "应提交", evidences: "由此证明", has: "载明", checks: "核查",
    must_agree: "应当一致", cites: "依据", condition: "条件",
  };
  let chosen = null;

  for (const line of lines) {
    if (!ahead.has(line.start)) ahead.set(line.start, []);
    if (!back.has(line.end)) back.set(line.end, []);
    ahead.get(line.start).push(line);
    back.get(line.end).push(line);
  }
  for (const spot of spots) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `spot ${spot.tone}`;
    button.title = `${spot.title}\n${spot.sub}`;
    const title = document.createElement("b"), sub = document.createElement("small");
    title.textContent = spot.title;
    sub.textContent = spot.sub;
    button.append(title, sub);
    button.addEventListener("click", () => choose(chosen === spot.id ? null : spot.id));
    const entry = document.createElement("li");
    entry.append(button);
    lists[spot.column].append(entry);
    spot.button = button;
    spot.words = `${spot.title} ${spot.sub} ${spot.id} ${spot.text}`.toLowerCase();
  }

  // Everything from which, or to which, the lines lead from left to right.
  // What belongs to another item than the chosen one is left out: papers serve several items.
  function reach(id) {
    const seen = new Set([id]);
    const home = byId.get(id).item;
    const foreign = (other) => home && byId.get(other).item && byId.get(other).item !== home;
    for (const [map, side] of [[ahead, "end"], [back, "start"]]) {
      const queue = [id];
      const here = new Set(queue);
      while (queue.length) {
        for (const line of map.get(queue.pop()) || []) {
          const next = line[side];
          if (!here.has(next) && !foreign(next)) { here.add(next); seen.add(next); queue.push(next); }
        }
      }
    }
    return seen;
  }

  function choose(id, written) {
    chosen = id;
    const kept = id ? reach(id) : null;
    board.classList.toggle("focus", Boolean(id));
    for (const spot of spots) {
      spot.button.hidden = Boolean(kept) && !kept.has(spot.id);
      spot.button.classList.toggle("chosen", spot.id === id);
      spot.button.setAttribute("aria-pressed", String(spot.id === id));
    }
    reset.disabled = !id && !search.value;
    if (!written) location.replace(id ? `#${encodeURIComponent(id)}` : "#");
    tell(id && byId.get(id));
    count();
    for (const list of lists) list.scrollTop = 0;
    if (id) byId.get(id).button.scrollIntoView({ block: "nearest" });
    draw();
  }

  function count() {
    for (const [column, place] of counts.entries()) {
      place.textContent = spots.filter((spot) => spot.column === column && !spot.button.hidden).length;
    }
  }

  function tell(spot) {
    if (!spot) { details.innerHTML = hint; return; }
    const head = document.createElement("h3"), id = document.createElement("small");
    head.textContent = `${spot.title} `;
    id.textContent = spot.id;
    head.append(id);
    const text = document.createElement("p");
    text.textContent = spot.text;
    const list = document.createElement("ul");
    const near = [
      ...(back.get(spot.id) || []).map((line) => [line.kind, "←", line.start]),
      ...(ahead.get(spot.id) || []).map((line) => [
        line.end.startsWith("condition:") ? "condition" : line.kind, "→", line.end,
      ]),
    ];
    for (const [kind, arrow, other] of near) {
      const entry = document.createElement("li"), name = document.createElement("b");
      name.textContent = byId.get(other).title;
      entry.append(`${arrow} ${KINDS[kind] || kind} `, name);
      list.append(entry);
    }
    details.replaceChildren(head, text, list);
  }

  function look() {
    const words = search.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0, first = null;
    if (words.length && chosen) choose(null);
    for (const spot of spots) {
      const hit = words.length > 0 && words.every((word) => spot.words.includes(word));
      spot.button.classList.toggle("hit", hit);
      spot.button.hidden = words.length > 0 && !hit;
      if (hit) { hits += 1; first = first || spot; }
    }
    found.textContent = words.length ? `${hits} 项` : "";
    reset.disabled = !words.length && !chosen;
    count();
    draw();
    return first;
  }

  let asked = false;
  function draw() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; paint(); });
  }

  function paint() {
    const frame = board.getBoundingClientRect();
    const views = lists.map((list) => list.getBoundingClientRect());
    const boxes = new Map();
    for (const spot of spots) {
      if (spot.button.hidden) continue;
      const box = spot.button.getBoundingClientRect();
      const view = views[spot.column];
      const middle = box.top + box.height / 2;
      if (middle < view.top || middle > view.bottom) continue;
      boxes.set(spot.id, { column: spot.column, left: box.left - frame.left, right: box.right - frame.left, y: middle - frame.top });
    }
    const parts = [];
    for (const line of lines) {
      const from = boxes.get(line.start), to = boxes.get(line.end);
      if (!from || !to || from.column === to.column) continue;
      // From conditions straight to clauses is too much to see at once.
      if (from.column === 0 && to.column === 4 && line.start !== chosen && line.end !== chosen) continue;
      const bend = Math.max(22, (to.left - from.right) / 2);
      const near = line.start === chosen || line.end === chosen ? " near" : "";
      parts.push(`<path class="${line.kind}${near}" d="M${from.right.toFixed(1)} ${from.y.toFixed(1)}C${(from.right + bend).toFixed(1)} ${from.y.toFixed(1)} ${(to.left - bend).toFixed(1)} ${to.y.toFixed(1)} ${to.left.toFixed(1)} ${to.y.toFixed(1)}"/>`);
    }
    svg.innerHTML = parts.join("");
  }

  search.addEventListener("input", look);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const first = look();
    if (first) { search.value = ""; look(); choose(first.id); }
  });
  reset.addEventListener("click", () => { search.value = ""; look(); choose(null); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") reset.click(); });
  for (const list of lists) list.addEventListener("scroll", draw, { passive: true });
  window.addEventListener("resize", draw);
  const asks = decodeURIComponent(location.hash.slice(1));
  if (byId.has(asks)) choose(asks, true); else draw();
})();
