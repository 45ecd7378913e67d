"use strict";
// Fills the sheet from what was saved, and saves it: as a download, or to the server that sent the page.
const data = JSON.parse(document.getElementById("data").textContent);
const isServed = location.protocol !== "file:";
const form = document.getElementById("sheet");
const grader = document.getElementById("grader");
const none = document.getElementById("none");
const comment = document.getElementById("comment");
const rows = [...form.querySelectorAll("fieldset[data-row]")];
const draftKey = `rubric ${data.assignment} ${data.id}`;
let isChanged = false;

function remembered(key) { try { return localStorage.getItem(key) || ""; } catch { return ""; } }
function remember(key, text) { try { text ? localStorage.setItem(key, text) : localStorage.removeItem(key); } catch { } }

function markOf(row) {
  if (none.checked) return data.none;
  const chosen = row.querySelector("input[type=radio]:checked") || row.querySelector("input[type=number]");
  return chosen ? chosen.value : "";
}

function pointsOf(row) {
  const mark = markOf(row);
  if (mark === data.none) return 0;
  const chosen = row.querySelector("input[type=radio]:checked");
  return mark === "" ? null : Number(chosen ? chosen.dataset.points : mark);
}

function state() {
  return {
    grader: grader.value.trim(),
    marks: rows.map(markOf),
    comments: rows.map((row) => row.querySelector("textarea").value.trim()),
    comment: comment.value.trim(),
  };
}

function fill(saved) {
  none.checked = saved.marks.every((mark) => mark.toLowerCase() === data.none);
  rows.forEach((row, number) => {
    const mark = saved.marks[number] || "";
    for (const radio of row.querySelectorAll("input[type=radio]")) radio.checked = radio.value === mark;
    const free = row.querySelector("input[type=number]");
    if (free) free.value = mark === data.none ? "" : mark.replace(",", ".");
    row.querySelector("textarea").value = saved.comments[number] || "";
  });
  comment.value = saved.comment || "";
}

function fillOwn() {
  const own = data.lines.filter((line) => line.grader.toLowerCase() === grader.value.trim().toLowerCase()).pop();
  if (own && !isChanged) fill(own);
  const others = data.lines.map((line) => line.grader || "somebody").filter((name) => !own || name !== own.grader);
  const told = document.getElementById("others");
  const isEarlier = own && own.earlier;
  told.className = isEarlier ? "begun" : "soft";
  told.textContent = isEarlier ? "Your marks are of what was handed in before: look at what is new, and save them again. " : "";
  told.textContent += others.length ? `Filled already by ${[...new Set(others)].join(", ")}.` : "";
  show();
}

function show() {
  for (const row of rows) {
    for (const input of row.querySelectorAll("input")) input.disabled = none.checked;
  }
  const points = rows.map(pointsOf);
  const open = points.filter((each) => each === null).length;
  const sum = Math.round(points.reduce((all, each) => all + (each || 0), 0) * 1e6) / 1e6;
  const left = open === 0 ? "" : open === 1 ? ", 1 row open" : `, ${open} rows open`;
  document.getElementById("sum").textContent = `${sum} of ${data.most}${left}`;
}

// As spreadsheet.py writes a table: no cell is a formula, commas, quotes where they are needed.
function cell(text) {
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function sheet(now) {
  const filled = [now.grader, new Date().toISOString()];
  const cells = now.marks.flatMap((mark, number) => [mark, now.comments[number]]);
  const line = [data.id, data.people, ...filled, ...cells, now.comment, data.version];
  return "\ufeff" + [data.columns, line].map((each) => each.map(cell).join(",") + "\r\n").join("");
}

function download(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function say(text, kind) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.className = kind;
}

async function save() {
  const now = state();
  const text = sheet(now);
  const name = `${data.id}.${now.grader.replace(/[^\p{L}\p{N}-]+/gu, "_")}.csv`;
  if (isServed) {
    const answer = await fetch("../save", { method: "POST", body: text });
    if (!answer.ok) throw new Error(await answer.text());
  } else {
    download(text, name);
  }
  remember("rubric grader", now.grader);
  remember(draftKey, "");
  isChanged = false;
  data.lines = data.lines.filter((line) => line.grader.toLowerCase() !== now.grader.toLowerCase()).concat([now]);
  fillOwn();
  const open = rows.filter((row) => pointsOf(row) === null).length;
  const rest = open ? ` ${open === 1 ? "1 row is" : `${open} rows are`} still open.` : "";
  say((isServed ? "Saved." : `${name} goes into the folder rubric/marks/.`) + rest, "done");
}

form.addEventListener("input", () => {
  isChanged = true;
  remember(draftKey, JSON.stringify(state()));
  say("", "");
  show();
});
grader.addEventListener("change", fillOwn);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (state().marks.every((mark) => !mark) && !comment.value.trim()) say("Nothing is filled in yet.", "bad");
  else save().catch((error) => say(`Not saved: ${error.message}`, "bad"));
});
addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });

(async function begin() {
  document.getElementById("save").textContent = isServed ? "Save" : "Save as CSV";
  grader.value = remembered("rubric grader");
  if (isServed) {
    try {
      Object.assign(data, await (await fetch(`${data.id}.json`)).json());
    } catch {
      say("What was saved before cannot be read: is the server still running?", "bad");
    }
    document.getElementById("next").href = data.next;
    for (const link of document.querySelectorAll("[data-document]")) link.href = `../documents/${data.id}/${link.dataset.document}`;
  }
  fillOwn();
  const draft = remembered(draftKey);
  if (draft) {
    const unsaved = JSON.parse(draft);
    grader.value = unsaved.grader || grader.value;
    fill(unsaved);
    isChanged = true;
    say("These marks are not saved yet.", "begun");
    show();
  }
})();
