/**
 * Runs before the first paint. `data-theme` comes from the cookie; with "system" the device decides, now and when it
 * changes its mind. React does not know the class; `wearTheme` puts it back where React has made <html> anew.
 */
export const THEME_SCRIPT = `(()=>{const r=document.documentElement,m=matchMedia("(prefers-color-scheme: dark)"),f=()=>{const t=r.dataset.theme;r.classList.toggle("dark",t==="dark"||t!=="light"&&m.matches)};f();m.addEventListener("change",f)})()`;
