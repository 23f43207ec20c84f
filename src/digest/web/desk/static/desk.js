// Adds dragging to the desk's lists: a list's form is submitted with the items in their new order.
"use strict";

function prepare() {
  document.documentElement.classList.add("js");
  for (const list of document.querySelectorAll("[data-sortable]")) {
    if (Sortable.get(list)) continue;
    Sortable.create(list, {
      handle: ".grip",
      forceFallback: true, // one way for mouse, pen and touch
      fallbackTolerance: 3,
      animation: 120,
      onEnd: (event) => {
        if (event.oldIndex !== event.newIndex) list.closest("form").querySelector(".default").click();
      },
    });
  }
}

// Who works with the keyboard goes on where they were: at the same control, or at that of the row in its place.
let place = null;

function remember() {
  const button = document.activeElement;
  const row = button && button.closest("ol.rows > li");
  place = row && { list: [...document.querySelectorAll("ol.rows")].indexOf(row.parentElement),
    row: [...row.parentElement.children].indexOf(row), what: button.textContent, id: button.id };
}

function goOn() {
  if (!place || (document.activeElement && document.activeElement !== document.body)) return;
  const list = document.querySelectorAll("ol.rows")[place.list];
  const row = list && list.children[Math.min(place.row, list.children.length - 1)];
  const same = document.getElementById(place.id);
  const found = same || (row && [...row.querySelectorAll("button")].find((one) => one.textContent === place.what));
  if (found) found.focus({ preventScroll: true });
  place = null;
}

document.addEventListener("htmx:beforeRequest", remember);
document.addEventListener("htmx:afterSettle", goOn);
document.addEventListener("htmx:load", prepare);
document.addEventListener("DOMContentLoaded", prepare);
