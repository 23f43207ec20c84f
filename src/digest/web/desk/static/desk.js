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

document.addEventListener("htmx:load", prepare);
document.addEventListener("DOMContentLoaded", prepare);
