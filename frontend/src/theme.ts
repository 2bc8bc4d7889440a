const A_YEAR = 31536000;

function choose(theme: string): void {
  document.documentElement.dataset["theme"] = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `khue_theme=${theme}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax${secure}`;
  document.querySelectorAll<HTMLElement>("[data-theme-choice]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === theme));
  });
}

export function startTheme(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-theme-choice]");
    if (button) choose(button.dataset["themeChoice"] ?? "auto");
  });
}
