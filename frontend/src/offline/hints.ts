/** What the other pages of the site may know of this machine: for which accounts something is kept
 *  here, and how many things of each are not at school. Numbers alone. */

export const HINT = "khue-ngoai-tuyen.chua-gui";

export function unsentHints(): Record<string, number> {
  try {
    return (JSON.parse(localStorage.getItem(HINT) ?? "{}") as Record<string, number> | null) ?? {};
  } catch {
    return {};
  }
}
