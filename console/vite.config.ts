import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    sourcemap: false,
    chunkSizeWarningLimit: 900,
    // A preload helper would be an inline script to some browsers; modern ones all know modulepreload.
    modulePreload: { polyfill: false },
    // Nothing becomes a data: address: the content policy allows those for images only.
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": "http://localhost:4700" } },
});
