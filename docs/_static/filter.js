// A box above every table of findings: rows that do not hold all the words that were typed are hidden.
document.addEventListener("DOMContentLoaded", () => {
  for (const holder of document.querySelectorAll(".findings")) {
    const box = document.createElement("input");
    box.type = "search";
    box.className = "findings-filter";
    box.placeholder = "Filter: species, region, author, method …";
    box.setAttribute("aria-label", "Filter the findings on this page");
    holder.before(box);
    box.addEventListener("input", () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of holder.querySelectorAll("tbody tr")) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
    });
  }
});
