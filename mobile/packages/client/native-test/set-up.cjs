// The preset's own fetch answers nothing, which looks like success.
for (const [name, value] of Object.entries(globalThis.nodeGlobals)) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
// As on a device: without `onLine`.
Object.defineProperty(globalThis, 'navigator', { value: { product: 'ReactNative' }, configurable: true });

const warn = console.warn;
console.warn = (...values) => {
  if (!String(values[0]).includes('development keys')) warn(...values);
};

// What a development build knows of its app: the browser returns to its scheme.
require('react-native').NativeModules.EXDevLauncher = {
  manifestString: JSON.stringify({ slug: 'native-test', scheme: 'roavelo', hostUri: '127.0.0.1:8081/' }),
};
