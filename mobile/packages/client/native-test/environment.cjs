const ReactNativeEnvironment = require('@react-native/jest-preset/jest/react-native-env.js');

/** Keeps Node's fetch: the preset puts a stub in its place, whose answers are empty and look like success. */
const { fetch, Request, Response, Headers, FormData, AbortController, AbortSignal } = globalThis;

module.exports = class extends ReactNativeEnvironment {
  async setup() {
    await super.setup();
    this.global.nodeGlobals = { fetch, Request, Response, Headers, FormData, AbortController, AbortSignal };
  }
};
