// Runs before the first paint: system until pressed, then remembered on this device. Constant text, nothing is
// put into it.
const THEME = `(function () {
  var root = document.documentElement
  try { var stored = localStorage.getItem('theme') } catch (e) {}
  if (stored === 'light' || stored === 'dark') root.dataset.theme = stored
  addEventListener('click', function (event) {
    if (!event.target.closest || !event.target.closest('[data-theme-toggle]')) return
    var dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
    root.dataset.theme = dark ? 'light' : 'dark'
    try { localStorage.setItem('theme', root.dataset.theme) } catch (e) {}
  })
})()`

export function ThemeScript({ nonce }: { nonce: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of this file
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: THEME }} />
}
