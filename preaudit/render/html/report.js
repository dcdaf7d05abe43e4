"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  root.classList.add("js");
  const pages = JSON.parse($("pages").textContent);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = matchMedia("(max-width: 900px)");
  const state = { page: null, zoom: 1, turn: 0, marks: [], from: null };
  const turns = new Map(); // how each page was turned, for when the reader comes back to it

  // Tabs: the section named by the address is shown; a link to anything inside opens its section.
  const tabs = [...document.querySelectorAll(".tab")];
  const links = [...document.querySelectorAll("[data-tab]")];
  function show(target) {
    const tab = (target && target.closest(".tab")) || $("findings");
    tabs.forEach((one) => one.classList.toggle("current", one === tab));
    links.forEach((one) =>
      one.dataset.tab === tab.id ? one.setAttribute("aria-current", "true") : one.removeAttribute("aria-current"));
  }
  function follow() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && $(id);
    show(target);
    if (!target) return;
    if (target.matches("details")) target.open = true;
    const read = target.matches(".material") && target.querySelector(".read");
    if (read) read.open = true;
    const thumb = target.matches(".material") && target.querySelector(".thumb");
    if (thumb && !narrow.matches) draw(Number(thumb.dataset.page), [], false);
    const group = target.parentElement.closest("details");
    if (group) group.open = true;
    if (target.classList.contains("tab")) { $("main").scrollTo({ top: 0 }); scrollTo({ top: 0 }); }
    else target.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }
  addEventListener("hashchange", follow);

  // The viewer: one page, drawn at a width; the boxes of a finding on it.
  const sheet = $("v-sheet"), frame = $("v-frame"), stage = $("v-stage"), viewer = $("viewer");
  function layout() {
    const page = pages[state.page];
    if (!page || !page.aspect) return;
    const room = Math.max(160, stage.clientWidth - 36) * state.zoom;
    const lying = state.turn % 180 !== 0;
    const width = lying ? room / page.aspect : room, height = width * page.aspect;
    sheet.style.width = `${width}px`;
    sheet.style.height = `${height}px`;
    sheet.style.transform = `translate(-50%, -50%) rotate(${state.turn}deg)`;
    frame.style.width = `${lying ? height : width}px`;
    frame.style.height = `${lying ? width : height}px`;
  }
  function centre(smooth) {
    const active = sheet.querySelector(".mark.active");
    if (!active) { stage.scrollTo({ top: 0, left: 0 }); return; }
    const box = active.getBoundingClientRect(), room = stage.getBoundingClientRect();
    stage.scrollTo({
      top: stage.scrollTop + box.top - room.top - (room.height - box.height) / 2,
      left: stage.scrollLeft + box.left - room.left - (room.width - box.width) / 2,
      behavior: smooth && !calm ? "smooth" : "auto",
    });
  }
  function draw(index, marks, smooth) {
    const page = pages[index];
    if (!page) return;
    state.turn = turns.get(index) || 0;
    state.page = index;
    state.marks = marks;
    $("v-empty").hidden = true;
    $("v-absent").hidden = Boolean(page.aspect);
    frame.style.display = page.aspect ? "block" : "none";
    sheet.className = `sheet pg${index}`;
    const name = `${page.file} · ${page.page} / ${page.total}`;
    sheet.setAttribute("aria-label", name);
    $("v-title").textContent = name;
    $("v-title").title = name;
    sheet.replaceChildren(...marks.filter((one) => one.page === index && one.box).map((one) => {
      const [left, top, right, bottom] = one.box, mark = document.createElement("div");
      mark.className = one.active ? "mark active" : "mark";
      mark.style.left = `${left * 100}%`;
      mark.style.top = `${top * 100}%`;
      mark.style.width = `${(right - left) * 100}%`;
      mark.style.height = `${(bottom - top) * 100}%`;
      mark.style.setProperty("--mark", one.colour);
      return mark;
    }));
    layout();
    centre(smooth);
  }
  function read(element, active) {
    const sides = element.dataset.box ? element.dataset.box.split(",").map(Number) : null;
    const tone = getComputedStyle(element).getPropertyValue("--tone").trim();
    return { page: Number(element.dataset.page), box: sides, active, colour: tone || "#24566b" };
  }
  function go(element, quietly) {
    const finding = element.closest(".finding");
    const others = finding ? [...finding.querySelectorAll(".evidence")] : [element];
    document.querySelectorAll(".evidence.active").forEach((one) => one.classList.remove("active"));
    element.classList.add("active");
    const same = state.page === Number(element.dataset.page);
    if (narrow.matches && !quietly) {
      viewer.classList.add("open");
      state.from = element;
      $("v-close").focus();
    }
    draw(Number(element.dataset.page), others.map((one) => read(one, one === element)), same);
  }
  function leave() {
    viewer.classList.remove("open");
    if (state.from) state.from.focus();
    state.from = null;
  }
  function leaf(step) {
    const next = (state.page ?? -step) + step;
    if (pages[next]) draw(next, state.marks, false);
  }
  function zoom(factor) {
    state.zoom = Math.min(5, Math.max(0.4, state.zoom * factor));
    layout();
    centre(false);
  }
  function turn() {
    state.turn = (state.turn + 90) % 360;
    turns.set(state.page, state.turn);
    layout();
    centre(false);
  }
  document.addEventListener("click", (event) => {
    const element = event.target.closest("[data-page]");
    if (element) go(element, false);
  });
  // An opened finding shows its first place at once.
  document.addEventListener("toggle", (event) => {
    const finding = event.target;
    if (!finding.matches || !finding.matches(".finding[open]") || narrow.matches) return;
    const first = finding.querySelector(".evidence");
    if (first) go(first, true);
  }, true);
  $("v-prev").onclick = () => leaf(-1);
  $("v-next").onclick = () => leaf(1);
  $("v-in").onclick = () => zoom(1.25);
  $("v-out").onclick = () => zoom(0.8);
  $("v-turn").onclick = turn;
  $("v-close").onclick = leave;
  addEventListener("resize", () => { layout(); centre(false); });

  // Keys: j and k walk the findings that can be seen.
  function step(by) {
    const heads = [...document.querySelectorAll(".tab.current .finding > summary")].filter((one) => one.offsetParent);
    if (!heads.length) return;
    const at = heads.indexOf(document.activeElement && document.activeElement.closest(".finding > summary"));
    const next = heads[Math.min(heads.length - 1, Math.max(0, at + by))];
    next.focus();
    next.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  }
  const keys = { j: () => step(1), k: () => step(-1), "[": () => leaf(-1), "]": () => leaf(1), "+": () => zoom(1.25),
    "=": () => zoom(1.25), "-": () => zoom(0.8), r: turn, Escape: leave };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    if (event.key === "Escape" && !viewer.classList.contains("open")) return;
    keys[event.key]();
    event.preventDefault();
  });

  $("language").onclick = () => {
    const english = root.dataset.lang === "zh";
    root.dataset.lang = english ? "en" : "zh";
    root.lang = english ? "en" : "zh-CN";
  };
  $("print").onclick = () => print();
  addEventListener("beforeprint", () => {
    document.querySelectorAll(".finding:not([open]), .read:not([open])").forEach((one) => {
      if (one.matches(".tone-pass, .tone-na, .flat")) return;
      one.dataset.printed = "";
      one.open = true;
    });
  });
  addEventListener("afterprint", () => {
    document.querySelectorAll("[data-printed]").forEach((one) => { one.open = false; delete one.dataset.printed; });
  });

  follow();
  // The first thing that asks for a correction lies open when the page opens.
  const first = location.hash ? null : document.querySelector("#g-correct .finding, #g-undetermined .finding");
  if (first) first.open = true;
  if (state.page === null && !document.querySelector(".finding[open] .evidence")) draw(0, [], false);
})();
