module.exports = () => {
  globalThis.stopClerkLocal();
};
