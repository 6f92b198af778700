import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

/*
 * `node --import ./decorators.ts`: compiles the peers as the build compiles the service, because Node's own
 * removal of types leaves decorators in place.
 */
const PEERS = new URL('./', import.meta.url).href;

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(PEERS)) return nextLoad(url, context);
    const { code } = transformFileSync(fileURLToPath(url));
    return { format: 'module', source: code, shortCircuit: true };
  },
});
