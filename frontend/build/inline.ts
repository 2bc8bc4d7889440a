import { build, type Plugin } from "vite";

/** Puts the script and the style of a page into the page itself, so that it opens from a disk. */
export function inlined(): Plugin {
  return {
    name: "khue-inlined",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const pages = Object.values(bundle).filter((one) => one.fileName.endsWith(".html"));
      const others = Object.values(bundle).filter((one) => !one.fileName.endsWith(".html"));
      for (const page of pages) {
        if (page.type !== "asset") continue;
        let html = String(page.source);
        for (const one of others) {
          const source = one.type === "chunk" ? one.code : String(one.source);
          html = one.fileName.endsWith(".css") ? withStyle(html, source) : withScript(html, source);
        }
        page.source = html.replace(/<(?:script|link)[^>]*(?:src|href)="\.\/[^>]*>(?:<\/script>)?\n?/g, "");
      }
      for (const one of others) delete bundle[one.fileName];
    },
  };
}

const withStyle = (html: string, source: string): string => html.replace("</head>", () => `<style>${source}</style>\n</head>`);

/** At the end of the body, where the page stands already; "</script" inside would end it early. */
const withScript = (html: string, source: string): string =>
  html.replace("</body>", () => `<script type="module">${source.replace(/<\/(script)/gi, "<\\/$1")}</script>\n</body>`);

/** Builds other programs after everything else, for the folder was emptied before. */
export function builtToo(...configFiles: string[]): Plugin {
  return {
    name: "khue-built-too",
    apply: "build",
    async closeBundle() {
      for (const configFile of configFiles) await build({ configFile, logLevel: "warn" });
    },
  };
}
