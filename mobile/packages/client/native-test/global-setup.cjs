/** One clerk-local for the run. */
module.exports = async () => {
  const { startClerkLocal } = await import('../test/support/start-clerk-local.ts');
  const { url, logUrl, stop } = await startClerkLocal();
  process.env.CLERK_LOCAL_URL = url;
  process.env.CLERK_LOCAL_LOG_URL = logUrl;
  globalThis.stopClerkLocal = stop;
};
