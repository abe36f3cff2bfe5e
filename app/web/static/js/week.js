// A week of boxes: heads of rows and columns become buttons that tick or clear their line. Without it each box works alone.

for (const table of document.querySelectorAll("[data-week]")) {
  const rows = [...table.tBodies[0].rows];
  const lineOf = (head) =>
    head.scope === "row"
      ? [...head.parentElement.querySelectorAll("input")]
      : rows.map((row) => row.cells[head.cellIndex].querySelector("input"));
  for (const head of table.querySelectorAll("th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "week__line";
    button.append(...head.childNodes);
    const told = document.createElement("span");
    told.className = "hidden";
    told.textContent = "をまとめて選ぶ";
    button.append(told);
    button.addEventListener("click", () => {
      const line = lineOf(head);
      const tick = line.some((box) => !box.checked);
      for (const box of line) box.checked = tick;
    });
    head.append(button);
  }
}
