// Before anything else on the page: neither browser's driver tells what is in the console.
{
  const seen = [];
  globalThis.complaints = seen;
  for (const level of ['error', 'warn']) {
    const say = console[level];
    console[level] = (...words) => {
      seen.push(`console.${level}: ${words.join(' ')}`);
      say.apply(console, words);
    };
  }
  // Captured: what does not load is told to its element alone.
  addEventListener('error', ({ message, target }) => seen.push(`error: ${message ?? target.outerHTML}`), true);
  addEventListener('unhandledrejection', ({ reason }) => seen.push(`rejection: ${reason}`));
  addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sample }) => {
    seen.push(`policy: ${effectiveDirective} ${blockedURI} ${sample}`);
  });
}
